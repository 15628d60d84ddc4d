import { chmodSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import type { Command } from '../src/command';
import { doctor } from '../src/commands/doctor';
import { init } from '../src/commands/init';
import { oracle } from '../src/commands/oracle';
import { status } from '../src/commands/status';
import type { Finding } from '../src/doctor/finding';
import { checkNode } from '../src/doctor/machine';
import { Files } from './files';

const run = async (command: Command, ...argv: string[]) => {
  const lines: string[] = [];
  const exit = await command.run(argv, (line) => lines.push(line));
  return { exit, text: lines.join('\n') };
};

describe('profiles and what is missing', () => {
  const files = new Files();
  const config = join(files.folder, 'config', 'config.json');
  const environment = { ...process.env };
  let network: TestNetwork;
  let url: string;

  before(async () => {
    const chain = await networkChain();
    network = await TestNetwork.create(chain);
    url = chain.connection.rpcEndpoint;
    for (const name of Object.keys(process.env)) if (name.startsWith('COMMONWIRE_')) delete process.env[name];
    process.env.COMMONWIRE_CONFIG = config;
  });
  after(() => {
    process.env = environment;
    files.remove();
  });

  it('init writes a profile that commands take, and keeps what is not named again', async () => {
    const at = network.address.toBase58();
    await run(
      init,
      '--url',
      url,
      '--network',
      at,
      '--oracle',
      'https://one.example',
      '--oracle',
      'https://two.example',
    );
    expect(statSync(config).mode & 0o777).to.equal(0o600);
    const { text } = await run(init, '--keypair', '~/wallet.json', '--json');
    expect(JSON.parse(text)).to.deep.include({ profile: 'default', default: true });
    expect(JSON.parse(readFileSync(config, 'utf8'))).to.deep.equal({
      default: 'default',
      profiles: {
        default: {
          ...{ url, network: at },
          oracle: ['https://one.example', 'https://two.example'],
          keypair: '~/wallet.json',
        },
      },
    });
    expect((await run(status)).text).to.include(at);
    await run(init, '--profile', 'other', '--url', 'http://127.0.0.1:9');
    await expectError(run(status, '--network', at, '--profile', 'other'), 'unreachable');
    expect((await run(status, '--profile', 'other', '--network', at, '--url', url)).exit).to.equal(0);
  });

  it('error: a key, no node, an address that is none', async () => {
    const secret = '3'.repeat(88);
    const failed = await run(init, '--url', url, '--keypair', secret).catch((error: Error) => error);
    expect(failed).to.have.property('code', 'usage');
    expect(String(failed)).to.not.include(secret);
    await expectError(run(init, '--profile', 'empty'), /--url is missing/);
    await expectError(run(init, '--url', url, '--network', 'NETWORK'), /is not a base58 address/);
    await expectError(run(init, '--url', 'nowhere'), /nor an http address/);
  });

  const examine = async (...argv: string[]) => {
    const { exit, text } = await run(doctor, '--json', ...argv);
    const { findings, level } = JSON.parse(text) as { findings: Finding[]; level: string };
    const of = (about: Finding['about']) => findings.find((finding) => finding.about === about)!;
    return { exit, level, findings, of };
  };

  it('doctor says what is well', async () => {
    const wallet = await fund(network.chain.connection, 1);
    const argv = ['--url', url, '--network', network.address.toBase58(), '--keypair', files.key(wallet)];
    const { of } = await examine(...argv);
    for (const about of ['node', 'profile', 'wallet', 'rpc', 'network', 'balance'] as const)
      expect(of(about), about).to.include({ level: 'ok', next: null });
    expect(of('rpc').detail).to.match(/genesis \w{32,44}, slot \d+, takes transactions of version 1$/);
    // Nobody listens at the profile's oracles.
    expect(of('oracle')).to.include({ level: 'fail' });
    const { text, exit } = await run(doctor, ...argv);
    expect(exit).to.equal(1);
    expect(text)
      .to.match(/^ok {4}wallet {3}\w+, key file/m)
      .and.match(/^fail {2}oracle .*\n {15}-> check --oracle/m);
  }).timeout(60_000);

  it('doctor names what is wrong, and what to do', async () => {
    const open = files.json([...Keypair.generate().secretKey], 0o644);
    const { of, exit, level } = await examine(
      '--url',
      url,
      '--network',
      Keypair.generate().publicKey.toBase58(),
      '--keypair',
      open,
    );
    expect([exit, level]).to.deep.equal([1, 'fail']);
    expect(of('wallet')).to.include({ level: 'warn', next: `chmod 600 ${open}` });
    expect(of('balance').level).to.equal('fail');
    expect(of('network')).to.have.property('level', 'fail');
    chmodSync(config, 0o644);
    const nowhere = await examine(
      '--url',
      'http://127.0.0.1:9',
      '--keypair',
      join(files.folder, 'none.json'),
    );
    expect(nowhere.of('profile')).to.include({ level: 'warn', next: `chmod 600 ${config}` });
    expect(nowhere.of('wallet').next).to.match(/^solana-keygen new --outfile /);
    expect(nowhere.of('rpc').level).to.equal('fail');
    expect(nowhere.of('network')).to.equal(undefined);
  });

  it('doctor knows which versions of Node will do', () => {
    const levels = [
      '18.20.0',
      '20.18.1',
      '20.19.0',
      '21.7.0',
      '22.12.0',
      '22.13.0',
      '23.1.0',
      '24.0.0',
      '26.0.0',
    ].map((version) => checkNode(version).level);
    expect(levels.map((level) => level === 'ok')).to.deep.equal([
      ...[false, false, true, false, false, true, false, true, true],
    ]);
  });
});

describe('commonwire oracle invoke, with a server in place of AWS', () => {
  let server: Server;
  let endpoint: string;
  let asked: { path: string | undefined; type: unknown; body: string }[] = [];
  let failing = false;
  const environment = { ...process.env };

  before(async () => {
    process.env.AWS_ACCESS_KEY_ID = 'local';
    process.env.AWS_SECRET_ACCESS_KEY = 'local';
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const type = request.headers['x-amz-invocation-type'];
        asked.push({ path: request.url, type, body });
        if (request.url?.includes('-gone-')) {
          response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' });
          response.end(JSON.stringify({ Message: 'Function not found' }));
          return;
        }
        response.writeHead(
          type === 'DryRun' ? 204 : 200,
          failing ? { 'x-amz-function-error': 'Unhandled' } : {},
        );
        response.end(type === 'DryRun' ? '' : JSON.stringify({ done: true }));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    failing = false;
  });
  after(() => {
    process.env = environment;
    server.close();
  });

  it('invokes a function of a stage with an event, and shows the answer', async () => {
    const files = new Files();
    const at = ['--endpoint', endpoint, '--stage', 'live'];
    const payload = ['--payload', files.json({ Records: [] })];
    const { exit, text } = await run(oracle, 'invoke', 'sync', ...at, ...payload, '--json');
    files.remove();
    expect(exit).to.equal(0);
    expect(JSON.parse(text)).to.deep.equal({
      ...{ function: 'commonwire-oracle-live-sync', status: 200, error: null },
      answer: { done: true },
    });
    expect(asked).to.have.length(1);
    expect(asked[0]).to.deep.equal({
      path: '/2015-03-31/functions/commonwire-oracle-live-sync/invocations',
      ...{ type: 'RequestResponse', body: '{"Records":[]}' },
    });
  });

  it('asks only whether it may, and tells of a function that fails', async () => {
    const dry = await run(oracle, 'invoke', 'pay', '--endpoint', endpoint, '--dry-run');
    expect(dry.text).to.equal('commonwire-oracle-dev-pay: allowed; nothing was done');
    expect(asked[0]!.type).to.equal('DryRun');
    failing = true;
    const { exit, text } = await run(oracle, 'invoke', 'pay', '--endpoint', endpoint);
    expect(exit).to.equal(1);
    expect(text).to.match(/^commonwire-oracle-dev-pay: FAILED, Unhandled/);
  });

  it('error: no such function, nor such an action, nor such a stage', async () => {
    await expectError(run(oracle, 'invoke', 'sink', '--endpoint', endpoint), 'usage');
    await expectError(run(oracle, 'call', 'sync'), 'usage');
    await expectError(run(oracle, 'invoke', 'sync', '--endpoint', endpoint, '--stage', 'gone'), 'aws-failed');
  });
});
