import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CommonwireError,
  RpcError,
  TransactionExpired,
  TransactionFailed,
  TransactionUnknown,
} from '@commonwire/sdk/core';
import { FileError, UsageError } from '@commonwire/sdk/node';
import { OracleRequestError } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { actionNames, GROUPS, optionsOf } from '../src/command';
import { commands } from '../src/commands';
import { bashScript, fishScript, wordsOf, zshScript } from '../src/completion';
import { CliError } from '../src/errors';
import { EXIT, EXIT_USAGE, exitStatusOf } from '../src/exit-status';
import { commandHelp, listHelp } from '../src/help';
import { Files } from './files';

const find = (name: string) => commands.find((command) => command.name === name)!;
/** All forms of all commands: with their action, where they have one. */
const forms = commands.flatMap((command) => {
  const actions = actionNames(command);
  return (actions.length > 0 ? actions : ['']).map((action) => ({ command, action }));
});

describe('the definitions of commands', () => {
  for (const command of commands)
    it(`examples of ${command.name} name options that it has, and are in its help`, () => {
      expect(command.examples).to.not.have.length(0);
      for (const example of command.examples) {
        const [program, name, ...rest] = example.split(' ');
        expect([program, name]).to.deep.equal(['commonwire', command.name]);
        const [action = ''] = actionNames(command).length > 0 ? rest : [''];
        const known = optionsOf(command, action)?.shape;
        expect(known, example).to.not.equal(undefined);
        const given = rest.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
        expect([...Object.keys(known!), 'profile'], example).to.include.members(given);
        expect(commandHelp(command)).to.include(example);
      }
    });

  it('every command belongs to a group, and each group has one', () => {
    const help = listHelp(commands);
    for (const { name, summary } of commands)
      expect(help).to.match(new RegExp(`^  ${name} +.{10}`, 'm'), summary);
    expect(new Set(commands.map(({ group }) => group))).to.deep.equal(new Set(Object.keys(GROUPS)));
    expect(listHelp(commands, 'device')).to.include('transfer').and.not.include('settle');
  });

  it('everything has --json, and everything that signs has --dry-run', () => {
    for (const { command, action } of forms) {
      if (command.name === 'completion') continue;
      const { shape } = optionsOf(command, action)!;
      expect(shape, `${command.name} ${action}`).to.have.property('json');
      if ('print' in shape) expect(shape, `${command.name} ${action}`).to.have.property('dry-run');
    }
  });

  it('the functions of an oracle are those of serverless.yml, by the same names', () => {
    const text = readFileSync(join(__dirname, '../../../serverless.yml'), 'utf8');
    const section = text.slice(text.indexOf('\nfunctions:'), text.indexOf('\nresources:'));
    const names = [...section.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name);
    const field = optionsOf(find('oracle'), 'invoke')!.shape.function as unknown as { options: string[] };
    expect(field.options).to.have.members(names);
    expect(text).to.match(/^service: commonwire-oracle$/m);
  });
});

describe('exit statuses', () => {
  const cases: [string, unknown, number][] = [
    ['wrong usage', new UsageError('no'), EXIT.usage],
    ['a refusal', new TransactionFailed('custom program error: 0x1', []), EXIT.refused],
    ['one that landed too late', new TransactionExpired('sig'), EXIT.expired],
    ['one that may have landed', new TransactionUnknown('sig', 'node'), EXIT.unknown],
    ['a node', new RpcError('rpc-unreachable', 'down'), EXIT.node],
    ['a node, as connect says it', new CliError('unreachable', 'down'), EXIT.node],
    ['a node, as web3.js says it', new Error('failed to get slot: RpcError: down'), EXIT.node],
    ['an oracle', new OracleRequestError('timeout', 'slow', 0), EXIT.oracle],
    ['AWS', new CliError('aws-failed', 'no'), EXIT.oracle],
    ['a file', new FileError('bad-json', 'no'), EXIT.file],
    ['a file of a command', new CliError('bad-file', 'no'), EXIT.file],
    ['a state', new CliError('not-promoted', 'not yet'), EXIT.state],
    ['a mistake', new TypeError('undefined is not a function'), EXIT.bug],
  ];
  for (const [what, error, status] of cases)
    it(`${status} for ${what}, also where another error explains it`, () => {
      expect(exitStatusOf(error)).to.equal(status);
      if (status === EXIT.bug) return;
      const cause = { cause: error };
      expect(exitStatusOf(new CommonwireError('any', 'told', cause))).to.equal(status);
    });

  it('are all in the help and in docs/commands.md', () => {
    const page = readFileSync(join(__dirname, '../../../docs/commands.md'), 'utf8');
    for (const status of Object.values(EXIT)) {
      expect(EXIT_USAGE).to.match(new RegExp(`^  ${status} `, 'm'));
      expect(page).to.match(new RegExp(`^\\| ${status} \\|`, 'm'));
    }
  });
});

describe('shell completion', () => {
  const files = new Files();
  after(() => files.remove());
  const words = wordsOf(commands);

  /** What bash's own function offers for each of these lines, whose last word is being typed. */
  const completed = (...lines: string[][]): string[][] => {
    const calls = lines.map(
      (line) =>
        `COMP_WORDS=(${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length - 1}; _commonwire; echo "\${COMPREPLY[*]}"`,
    );
    const script = join(files.folder, 'complete.bash');
    writeFileSync(script, `${bashScript(words)}\ncomplete -p commonwire\n${calls.join('\n')}\n`);
    const [registered, ...offered] = execFileSync('bash', ['--norc', script], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    expect(registered).to.include('-F _commonwire commonwire');
    return offered.map((line) => line.split(' ').filter((word) => word !== ''));
  };

  it('in bash offers commands, actions, options and their values', () => {
    const key = files.json([]);
    const [command, one, action, option, value, cluster, file, free, shell] = completed(
      ['commonwire', ''],
      ['commonwire', 'sett'],
      ['commonwire', 'asset', 'f'],
      ['commonwire', 'asset', 'fund', '--s'],
      ['commonwire', 'dao', 'vote', '--answer', ''],
      ['commonwire', 'status', '--url', 'd'],
      ['commonwire', 'settle', '--keypair', key.slice(0, -5)],
      ['commonwire', 'status', '--network', ''],
      ['commonwire', 'completion', 'b'],
    );
    expect(command).to.deep.equal(['help', ...commands.map(({ name }) => name)]);
    expect(one).to.deep.equal(['settle']);
    expect(action).to.deep.equal(['fund', 'finalize']);
    expect(option).to.deep.equal(['--shares']);
    expect(value).to.deep.equal(['yes', 'no', 'veto']);
    expect(cluster).to.deep.equal(['devnet']);
    expect(file).to.deep.equal([key]);
    expect(free).to.deep.equal([]);
    expect(shell).to.deep.equal(['bash']);
  });

  it('in bash offers every option of every command', () => {
    const lines = forms.map(({ command, action }) => [
      ...['commonwire', command.name, ...(action === '' ? [] : [action]), '--'],
    ]);
    for (const [at, offered] of completed(...lines).entries()) {
      const { options } = words.forms[at]!;
      expect(offered, lines[at]!.join(' ')).to.have.members([...options.keys()].map((name) => `--${name}`));
    }
  });

  // The other shells read the script as a whole, where they are installed.
  for (const [shell, script] of [
    ['zsh', zshScript],
    ['fish', fishScript],
  ] as const)
    it(`names everything in ${shell}, which can read it`, () => {
      const text = script(words);
      for (const { name } of commands) expect(text).to.include(name);
      const file = join(files.folder, `complete.${shell}`);
      writeFileSync(file, text);
      const read = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
      if (read.error === undefined) expect(read.stderr).to.equal('');
    });
});
