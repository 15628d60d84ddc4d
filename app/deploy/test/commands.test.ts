import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { networkChain } from '../../../tests/support/network';
import { type Spending, showSpending } from '../src/costs';

const ROOT = join(__dirname, '../../..');
const run = promisify(execFile);

describe('asking before spending', () => {
  const spending: Spending = {
    costs: [{ what: 'program data', bytes: 209_109, lamports: 1_062_273_720 }],
    returned: 5_080,
    balance: 2_000_000_000,
  };
  /** What was shown to a person who types this. */
  async function asked(typed: string, { isTTY = true, yes = false } = {}): Promise<string> {
    const [input, output] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
    input.end(`${typed}\n`);
    await showSpending(spending, yes, { input, output });
    return String(output.read());
  }

  it('goes on after yes, and shows each cost and their sum', async () => {
    const shown = await asked('y');
    expect(shown).to.match(/program data +209,109 bytes +1\.06227372 SOL\nall together +1\.06227372 SOL/);
    expect(shown).to.match(/returned +0\.00000508 SOL\nthe payer has +2 SOL\nGo on\?/);
  });

  it('error: any other answer', async () => {
    for (const answer of ['', 'n', 'yess']) await expectError(asked(answer), 'declined');
  });

  it('asks nothing where nobody is there to answer, or with --yes', async () => {
    expect(await asked('n', { isTTY: false })).to.not.include('Go on?');
    expect(await asked('n', { yes: true })).to.not.include('Go on?');
  });
});

describe('npm run deploy and create-network', function () {
  this.timeout(120_000);
  let chain: TestChain;
  let folder: string;
  let keypair: string;

  before(async () => {
    chain = await networkChain();
    folder = mkdtempSync(join(tmpdir(), 'commonwire-deploy-'));
    keypair = join(folder, 'wallet-keypair.json');
    writeFileSync(keypair, JSON.stringify([...(await fund(chain.connection, 10)).secretKey]), {
      mode: 0o600,
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const command = async (name: string, ...args: string[]) => {
    const file = join(ROOT, `app/deploy/src/${name}.ts`);
    const argv = [
      '--import',
      'tsx',
      file,
      '--url',
      chain.connection.rpcEndpoint,
      '--keypair',
      keypair,
      ...args,
    ];
    return JSON.parse((await run(process.execPath, [...argv, '--json'], { cwd: ROOT })).stdout);
  };

  it('make one network from one configuration, whatever is run again', async () => {
    const config = JSON.parse(readFileSync(join(ROOT, 'migrations/network.example.json'), 'utf8'));
    config.committee.keys = [1, 2, 3].map(() => Keypair.generate().publicKey.toBase58());
    const file = join(folder, 'network.json');
    writeFileSync(file, JSON.stringify(config));
    const plan = await command('create-network', '--config', file, '--dry-run');
    expect(plan).to.deep.include({
      dry_run: true,
      steps: ['token', 'vault', 'network', 'registry', 'committee'],
    });
    expect(BigInt(plan.total_lamports) > 0n).to.equal(true);
    const made = await command('create-network', '--config', file);
    expect(made).to.include({ network: plan.network, id: '1' });
    expect(made.signatures).to.have.length(2);
    const again = await command('create-network', '--config', file);
    expect(again).to.deep.equal({ ...made, signatures: [] });
    const other = await command('create-network', '--config', file, '--id', '2', '--dry-run');
    expect(other.network).to.not.equal(made.network);
  });

  it("error: a key that is none of the programs', and a binary for several", async () => {
    const two = ['--program', 'network', '--program', 'stake'];
    const refusal = (...args: string[]) =>
      command('deploy', ...args).then(
        () => '',
        ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
      );
    expect(await refusal(...two, '--program-keypair', keypair)).to.match(
      /^2 error: --program-keypair has the address .* are built for other addresses: run npm run program-id/,
    );
    expect(await refusal(...two, '--so', keypair)).to.match(/^2 error: --so, .* go with one --program/);
  });
});
