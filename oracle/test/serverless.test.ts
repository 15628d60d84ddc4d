import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { freePort } from '@commonwire/localnet';
import { OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { networkChain, TestNetwork } from '../../tests/support/network';
import { RULES_VERSION } from '../src/domain';

const ROOT = join(__dirname, '../..');
const POLL_MS = 200;

describe('oracle functions under serverless-offline, with a folder for everything', () => {
  let offline: ChildProcess;
  let client: OracleClient;
  let lambda: LambdaClient;
  let output = '';

  before(async function () {
    this.timeout(300_000);
    const chain = await networkChain();
    const network = await TestNetwork.create(chain, { oracles: 1, threshold: 1 });
    await network.register([Keypair.generate()]);
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-offline-'));
    const keyFile = join(folder, 'key.json');
    await writeFile(keyFile, JSON.stringify([...network.oracles[0]!.secretKey]), { mode: 0o600 });
    const built = spawnSync(process.execPath, ['--import', 'tsx', 'oracle/build.ts'], { cwd: ROOT });
    expect(built.status, String(built.stderr)).to.equal(0);
    const [httpPort, lambdaPort] = [await freePort(), await freePort()];
    // All functions load in one process, several at once whenever a minute begins.
    client = new OracleClient(`http://127.0.0.1:${httpPort}`, { timeoutMs: 60_000 });
    lambda = new LambdaClient({
      endpoint: `http://127.0.0.1:${lambdaPort}`,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const settings = {
      COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
      COMMONWIRE_NETWORK: network.address.toBase58(),
      COMMONWIRE_POLICY: JSON.stringify({
        rules_version: RULES_VERSION,
        epoch_budget: '1000',
        device_epoch_cap: '1000',
      }),
      COMMONWIRE_ORACLE_KEY: keyFile,
      COMMONWIRE_DATA: folder,
      COMMONWIRE_LAMBDA_ENDPOINT: `http://127.0.0.1:${lambdaPort}`,
    };
    const flags = ['--stage', 'local', '--localEnvironment', '--host', '127.0.0.1'];
    const ports = ['--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort)];
    const cli = require.resolve('serverless/bin/serverless.js');
    offline = spawn(process.execPath, [cli, 'offline', ...flags, ...ports], {
      cwd: ROOT,
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [offline.stdout!, offline.stderr!])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    await until(
      'serverless-offline listens',
      async () => (await client.health().catch(() => undefined)) !== undefined,
    );
  });

  after(async () => {
    if (offline?.exitCode === null) {
      offline.kill('SIGINT');
      await once(offline, 'exit');
    }
    lambda?.destroy();
  });

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 120_000; Date.now() < end; ) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`timed out waiting for: ${what}\n${output}`);
  }

  it('refuses reports before the network is read, then accepts them once sync has run on its Lambda port', async () => {
    const report = { report: Buffer.from('not a report').toString('base64'), signature: '' };
    const early = await client.submit([report]).catch((error: unknown) => error);
    expect(early, output).to.be.instanceOf(OracleRequestError);
    expect(early).to.include({ status: 503, code: 'not-ready' });
    // A sync knows what is finalized, which the registration may not be yet.
    await until('the registration is synced', async () => {
      const { StatusCode } = await lambda.send(
        new InvokeCommand({ FunctionName: 'commonwire-oracle-local-sync', Payload: Buffer.from('{}') }),
      );
      expect(StatusCode).to.equal(200);
      // Degraded once the tasks of a minute have noticed that it has no wallet for fees.
      const status = (await client.health().catch(() => undefined))?.status;
      if (status !== 'ok' && status !== 'degraded') return false;
      return (await client.network()).device_count === 1;
    });
    const { epoch, results } = await client.submit([report]);
    expect(epoch).to.equal(1);
    expect(results.map(({ status, code }) => [status, code])).to.deep.equal([['rejected', 'wrong-length']]);
  }).timeout(150_000);

  it('answers the GETs', async () => {
    const network = await client.network();
    expect(network.device_count).to.equal(1);
    expect((await client.device(0)).index).to.equal(0);
    const missing = await client.settlement(0).catch((error: unknown) => error);
    expect(missing).to.include({ status: 503, code: 'not-ready' });
    const malformed = await fetch(`${client.url}/v1/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(malformed.status).to.equal(400);
  }).timeout(90_000);
});
