import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { routes } from '../../oracle/src/api/routes';
import type { Manifest } from '../../oracle/src/domain';
import { ProcessNetwork } from '../../oracle/test/support/process-network';
import type { OracleProcess } from '../../oracle/test/support/processes';
import { ensurePython } from './python';

const HOOKS = join(__dirname, 'schemathesis_hooks.py');
/** How long requests are made up, seconds. */
const SECONDS = 60;
/** Repeats what was found: `COMMONWIRE_SEED=…`. */
const SEED = process.env.COMMONWIRE_SEED ?? String(Math.floor(Math.random() * 2 ** 32));

const python = ensurePython('schemathesis');

describe("schemathesis on an oracle's HTTP API", function () {
  this.timeout(240_000);
  let net: ProcessNetwork;
  /** What it notes for itself. */
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-schemathesis-'));
    net = await ProcessNetwork.create({ speed: 1 });
    for (const oracle of net.oracles) {
      // The limit of an address is tested elsewhere; here it would hide everything else.
      oracle.set({ COMMONWIRE_REQUESTS_PER_SECOND: '100000' });
      await oracle.start();
    }
    for (const oracle of net.oracles) await net.ready(oracle);
  });
  after(async () => {
    await Promise.all(net.oracles.map((oracle) => oracle.end('SIGKILL')));
    await rm(folder, { recursive: true });
  });

  /** What an oracle has, by the names of parameters, and valid bodies. */
  async function known(oracle: OracleProcess): Promise<object> {
    const { client } = oracle;
    const { devices } = await client.devices();
    const indices = devices.map(({ index }) => index);
    const { epochs } = await client.epochs();
    const hashes: string[] = [];
    for (const { epoch, dataset_hash } of epochs) {
      const manifest = (await client.epoch(epoch)).manifest as Manifest | null;
      if (!dataset_hash || !manifest) continue;
      hashes.push(
        dataset_hash,
        ...Object.values(manifest.parts).flatMap((all) => all.map(({ sha256 }) => sha256)),
      );
    }
    const info = await client.network();
    return {
      index: indices,
      first: indices,
      epoch: epochs.map(({ epoch }) => epoch),
      sha256: hashes,
      address: [...new Set(devices.map(({ owner }) => owner)), info.oracle],
      batches: indices.map((index) => ({ reports: [net.report(index, info)] })),
    };
  }

  it(`finds nothing that the OpenAPI document doesn't say (seed ${SEED})`, async () => {
    const [oracle] = net.oracles as [OracleProcess];
    const info = await oracle.client.network();
    const reports = [0, 1, 2, 3].map((index) => net.report(index, info));
    const { epoch, results } = await oracle.client.submit(reports);
    expect(results.map(({ status }) => status)).to.deep.equal(reports.map(() => 'accepted'));
    await net.promoted(epoch);
    await net.until('the dataset is served', async () => (await net.counted(oracle)).size > 0 || undefined);
    const { url } = oracle.client;
    const args = ['run', `${url}/openapi.json`, '--max-time', String(SECONDS), '--seed', SEED];
    const child = spawn(
      join(python, '../st'),
      [...args, '--continue-on-failure', '--no-color', '--warnings', 'off'],
      {
        env: { ...process.env, KNOWN: JSON.stringify(await known(oracle)), SCHEMATHESIS_HOOKS: HOOKS },
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => printed.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    const output = Buffer.concat(printed).toString();
    if (code !== 0) throw new Error(`it ended with ${code}:\n${output}`);
    // All but the one that serves the document, which it has read to begin with.
    const operations = Object.keys(routes).length - 1;
    expect(output.replaceAll(/\s+/g, ' ')).to.include(
      `Selected: ${operations}/${operations} Tested: ${operations}`,
    );
  });
});
