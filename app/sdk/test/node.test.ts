import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  address,
  bigWhole,
  clusterUrl,
  FileError,
  flag,
  httpUrl,
  parseOptions,
  readJson,
  readKeypair,
  UsageError,
  whole,
} from '@commonwire/sdk/node';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { z } from 'zod';

describe('files that commands read', () => {
  let folder: string;
  const write = (name: string, value: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });
    return file;
  };
  const errorOf = (act: () => unknown): FileError => {
    try {
      act();
    } catch (error) {
      if (error instanceof FileError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-node-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('a key pair as Solana tools write it', () => {
    const keypair = Keypair.generate();
    expect(readKeypair(write('id.json', [...keypair.secretKey])).secretKey).to.deep.equal(keypair.secretKey);
  });

  it('warns once of a key file that others can read', () => {
    if (process.platform === 'win32') return;
    const told: string[] = [];
    const { write: original } = process.stderr;
    const file = write('open.json', [...Keypair.generate().secretKey]);
    const reading = (mode: number) => {
      chmodSync(file, mode);
      process.stderr.write = ((text: string) => told.push(text) > 0) as typeof original;
      try {
        for (const source of [file, `file:${file}`]) readKeypair(source);
      } finally {
        process.stderr.write = original;
      }
    };
    reading(0o600);
    expect(told).to.deep.equal([]);
    reading(0o640);
    expect(told).to.deep.equal([
      `warning: others on this machine can read key file ${file}: run chmod 600 ${file}\n`,
    ]);
  });

  it('error: a key file that is missing or none, of which no byte is told', () => {
    expect(errorOf(() => readKeypair(join(folder, 'none.json')))).to.include({ code: 'unreadable-file' });
    for (const value of [[251, 252], 'x251', Array(64).fill(256), Array(64).fill('251')]) {
      const error = errorOf(() => readKeypair(write('bad.json', value)));
      expect(error).to.include({ code: 'bad-key-file' });
      expect(error.message)
        .to.match(/JSON array of 64 bytes/)
        .and.not.match(/25\d/);
    }
    const mixed = errorOf(() => readKeypair(write('mixed.json', Array(64).fill(251))));
    expect(mixed.message)
      .to.match(/damaged: its public key/)
      .and.not.match(/251/);
  });

  it('JSON, or an error that names the file', () => {
    expect(readJson(write('good.json', { a: 1 }))).to.deep.equal({ a: 1 });
    const bad = errorOf(() => readJson(write('bad.json', '{')));
    expect(bad).to.include({ code: 'bad-json' });
    expect(bad.message).to.include(join(folder, 'bad.json'));
    expect(errorOf(() => readJson(folder))).to.include({ code: 'unreadable-file' });
  });
});

describe('command lines', () => {
  const schema = z.object({
    rpc: httpUrl,
    url: clusterUrl.default('http://a'),
    owner: address.optional(),
    depth: whole(0, 9).default(3),
    fee: bigWhole(0n, 1n << 64n, 'a fee').optional(),
    west: z.string().optional(),
    oracle: z.array(httpUrl).max(2, 'at most 2').default([]),
    kind: z.enum(['a', 'b'], { error: 'is neither a nor b' }).optional(),
    json: flag,
    file: z.string().optional(),
  });
  const parse = (...argv: string[]) =>
    parseOptions('tool act', ['--rpc', 'http://a', ...argv], schema, 'file');
  const errorOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  it('are read by their schema', () => {
    expect(parse()).to.deep.equal({
      rpc: 'http://a',
      url: 'http://a',
      depth: 3,
      oracle: [],
      json: false,
    });
    const owner = Keypair.generate().publicKey;
    const given = parse(
      ...['x.csv', '--json', '--depth=7', '--fee', `${1n << 64n}`, '--owner', `${owner}`],
      ...['--url', 'localnet', '--oracle', 'http://b', '--oracle', 'https://c', '--kind', 'b'],
    );
    expect(given).to.deep.include({ file: 'x.csv', json: true, depth: 7, fee: 1n << 64n, kind: 'b' });
    expect(given.owner?.equals(owner)).to.equal(true);
    expect(given.url).to.equal('http://127.0.0.1:8899');
    expect(given.oracle).to.deep.equal(['http://b', 'https://c']);
  });

  it('take negative numbers after a blank', () => {
    expect(parse('--west', '-105.2')).to.include({ west: '-105.2' });
    expect(parse('--west=-105.2')).to.include({ west: '-105.2' });
  });

  it('take several operands where the field is an array', () => {
    const many = z.object({ target: z.array(z.enum(['a', 'b'], { error: 'is not a target' })) });
    expect(parseOptions('tool', ['a', 'b'], many, 'target').target).to.deep.equal(['a', 'b']);
    expect(errorOf(() => parseOptions('tool', ['a', 'c'], many, 'target'))).to.match(
      /^TARGET: c is not a target;/,
    );
  });

  for (const [what, argv, message] of [
    ['an option that the command has not', ['--fast'], '--fast is not an option of tool act'],
    ['a short option', ['-x'], '-x is not an option of tool act'],
    ['a value of a flag', ['--json=yes'], '--json takes no value'],
    ['an option without its value', ['--owner'], '--owner needs a value'],
    ['an option in place of a value', ['--owner', '--json'], '--owner needs a value'],
    ['a value that is none', ['--depth', '10'], '--depth: 10 is not a whole number from 0 to 9'],
    ['a number with a sign', ['--depth=-1'], '--depth: -1 is not a whole number from 0 to 9'],
    ['no number at all', ['--fee', 'x'], '--fee: x is not a fee'],
    ['an address that is none', ['--owner', 'me'], '--owner: me is not a base58 address'],
    ['an http address that is none', ['--rpc', 'devnet'], '--rpc: devnet is not an http address'],
    [
      'a cluster that is none',
      ['--url', 'moon'],
      '--url: moon is neither localhost, devnet, testnet, mainnet nor an',
    ],
    [
      'a key in place of an address, which is not shown',
      ['--url', '0f2a9c41d8e64b7fa1c3'],
      '--url: the given value is neither localhost, devnet, testnet, mainnet nor an',
    ],
    [
      'one bad value of several',
      ['--oracle', 'http://b', '--oracle', 'c'],
      '--oracle: c is not an http address',
    ],
    [
      'too many values',
      ['http://b', 'http://c', 'http://d'].flatMap((url) => ['--oracle', url]),
      '--oracle: at most 2',
    ],
    ['one operand too many', ['a.csv', 'b.csv'], 'b.csv is one argument too many'],
  ] as [string, string[], string][]) {
    it(`error: ${what}`, () => {
      const text = errorOf(() => parse(...argv));
      expect(text)
        .to.include(message)
        .and.match(/; see tool act --help$/);
    });
  }

  it('error: what must be given and is not', () => {
    expect(errorOf(() => parseOptions('tool', [], schema))).to.equal('--rpc is missing; see tool --help');
    const file = z.object({ file: z.string() });
    expect(errorOf(() => parseOptions('npm run tool --', [], file, 'file'))).to.equal(
      'FILE is missing; see npm run tool -- --help',
    );
  });
});
