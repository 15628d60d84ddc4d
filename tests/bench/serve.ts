import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../oracle/src/api/server';
import { NetworkView } from '../../oracle/src/chain/network-view';
import type { ChainWatch, Sighting } from '../../oracle/src/chain/watch';
import { Watching } from '../../oracle/src/runtime/vitals';
import { devices, signed } from '../../oracle/test/domain/support';
import { World } from '../../oracle/test/support/world';
import { decimals, type Suite, timed } from './figures';

const DEVICES = 1000;
/** Devices registered by one transaction. */
const REGISTERED = 20;
const REQUESTS = 400;
/** Requests for proofs, and how many connections send them one after another. */
const PROOFS = 10_000;
const CONNECTIONS = 8;
/** As an oracle that runs by itself reads the network. */
const FRESHNESS = { freshMs: 1_000, staleMs: 5_000 };
/** Between two questions for the health of an oracle. */
const ASK_MS = 200;
/** By then an oracle must have noticed that its node hangs. */
const MOST_MS = 60_000;

/**
 * Measures how an oracle answers over HTTP: one device of 1,000 with a report each in a promoted epoch, one request
 * after another; and in real time how long its health is told as good once its RPC node answers nothing more. Oracle and store
 * share one process, and the chain is in memory.
 */
export const serveSuite: Suite = async (progress) => {
  progress('asking an oracle for devices');
  const world = await new World(1).start();
  try {
    world.chain.threshold = 1;
    const fleet = devices(DEVICES);
    for (let i = world.devices.length; i < DEVICES; i += REGISTERED)
      world.chain.register(fleet.slice(i, i + REGISTERED));
    await world.tick();
    const { client } = world.at(0);
    for (let first = 0; first < DEVICES; first += 100)
      await client.submit(fleet.slice(first, first + 100).map((device) => signed(device)));
    world.pass(61);
    await world.promoted(1);
    const times: number[] = [];
    for (let i = 0; i < REQUESTS; i++) {
      const index = (i * 397) % DEVICES;
      const { value, seconds } = await timed(() => client.device(index));
      if (value.reports.length !== 1) throw new Error(`device ${index} has ${value.reports.length} reports`);
      times.push(seconds * 1000);
    }
    times.sort((a, b) => a - b);
    progress('asking an oracle for proofs');
    const proofs = Math.round(PROOFS / (await secondsForProofs(world)));
    progress('waiting for an oracle to notice that its RPC node hangs');
    return [
      { name: 'device.get.ms', value: decimals(times[REQUESTS / 2]!, 1), unit: 'ms' },
      { name: 'device.get.p99.ms', value: decimals(times[Math.floor(REQUESTS * 0.99)]!, 1), unit: 'ms' },
      { name: 'proofs.per_second', value: proofs, unit: 'proofs/s' },
      { name: 'health.stale.detected_seconds', value: decimals(await detection(world), 1), unit: 'seconds' },
    ];
  } finally {
    await world.stop();
  }
};

/** Asks for the proof of one device after another over HTTP. */
async function secondsForProofs(world: World): Promise<number> {
  const { oracle } = world.at(0);
  const limits = { perSecond: PROOFS, burst: PROOFS * 2 };
  const server = await startServer({ ...oracle, view: new NetworkView(oracle.chain, FRESHNESS) }, { limits });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ask = (index: number) =>
    new Promise<void>((resolve, reject) => {
      get(`${server.url}/v1/settlements/${index}`, { agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`a proof was answered ${response.statusCode}`));
        response.resume().on('end', () => resolve());
      }).on('error', reject);
    });
  let next = 0;
  const client = async () => {
    while (next < PROOFS) await ask(next++ % DEVICES);
  };
  try {
    await ask(0);
    return (await timed(() => Promise.all(Array.from({ length: CONNECTIONS }, client)))).seconds;
  } finally {
    agent.destroy();
    await server.stop();
  }
}

/** Seconds from the moment at which the RPC node of an oracle hangs to the first answer that calls it stale. */
async function detection(world: World): Promise<number> {
  let hangs = false;
  const watch: ChainWatch = { look: () => (hangs ? new Promise(() => undefined) : Promise.resolve(seen())) };
  await world.kill(0);
  const { oracle, client } = await world.run(0, { watch, now: Date.now });
  const watching = new Watching(oracle.vitals, async () => undefined);
  try {
    await until(async () => (await client.health()).status !== 'starting');
    hangs = true;
    const { seconds } = await timed(() => until(async () => (await client.health()).status === 'stale'));
    return seconds;
  } finally {
    await watching.stop();
  }
}

/** A chain that works. */
const seen = (): Sighting => {
  const time = Math.floor(Date.now() / 1000);
  const governance = { proposedAuthority: null, guardian: null, pause: null, upgradeAuthority: null };
  const epoch = { current: 1, pending: null, cut: 1 };
  return { slot: Date.now(), time, epoch, cutTime: time, epochSeconds: 60, governance, payer: null };
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + MOST_MS; Date.now() < end; await sleep(ASK_MS)) if (await holds()) return;
  throw new Error(`the health of an oracle is not what it must be after ${MOST_MS / 1000} s`);
}
