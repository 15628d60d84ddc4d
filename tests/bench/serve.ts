import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_BATCH_REPORTS } from '@commonwire/sdk/oracle';
import type { ChainWatch, Sighting } from '../../oracle/src/chain/watch';
import { FRESHNESS } from '../../oracle/src/runtime/open';
import { Watching } from '../../oracle/src/runtime/vitals';
import { HOUR, MINUTE, NOON, signed, type TestDevice } from '../../oracle/test/domain/support';
import { World } from '../../oracle/test/support/world';
import { decimals, type Suite, timed } from './figures';
import { registerFleet, reportOf } from './fleet';

const DEVICES = 100_000;
/** Promoted epochs: as many as an answer looks through. In the last one each device reports, before it one of ten. */
const EPOCHS = 3;
const FEW = 10;
/** Batches in flight at once. */
const SENDERS = 16;
const REQUESTS = 1000;
/** Indices between one request and the next: prime to the number of devices, so that each asks for another page. */
const STRIDE = 39_703;
/** Between two questions for the health of an oracle. */
const ASK_MS = 200;
/** By then an oracle must have noticed that its node hangs. */
const MOST_MS = 60_000;

/**
 * Measures how an oracle answers over HTTP: one device of 100,000 with a report each in promoted epochs, one request
 * after another; and in real time how long its health is told as good once its RPC node answers nothing more.
 * Oracle and store share one process, and the chain is in memory.
 */
export const serveSuite: Suite = async (progress) => {
  progress(`registering ${DEVICES} devices`);
  const world = new World(1);
  world.freshness = FRESHNESS;
  await world.start();
  try {
    world.chain.threshold = 1;
    const fleet = registerFleet(world, DEVICES);
    await world.tick();
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      progress(`reporting and closing epoch ${epoch}`);
      const reporting = epoch === EPOCHS ? fleet : fleet.filter(({ index }) => index % FEW === 0);
      await report(world, reporting, NOON - HOUR + epoch * 15 * MINUTE);
      world.pass(61);
      await world.promoted(epoch);
    }
    progress('asking for devices');
    const times = await answerTimes(world);
    progress('waiting for an oracle to notice that its RPC node hangs');
    return [
      { name: 'device.get.ms', value: decimals(times[REQUESTS / 2]!, 1), unit: 'ms' },
      { name: 'device.get.p99.ms', value: decimals(times[Math.floor(REQUESTS * 0.99)]!, 1), unit: 'ms' },
      { name: 'health.stale.detected_seconds', value: decimals(await detection(world), 1), unit: 'seconds' },
    ];
  } finally {
    await world.stop();
  }
};

/** Has each of these devices report the quarter of an hour from `start`. */
async function report(world: World, fleet: readonly TestDevice[], start: number): Promise<void> {
  const { client } = world.at(0);
  let next = 0;
  const send = async (): Promise<void> => {
    for (let first = next; first < fleet.length; first = next) {
      next += MAX_BATCH_REPORTS;
      const batch = fleet.slice(first, first + MAX_BATCH_REPORTS);
      const reports = batch.map((device) =>
        device.index < world.devices.length ? signed(device, { start }) : reportOf(device, start),
      );
      const { results } = await client.submit(reports);
      const refused = results.find(({ status }) => status !== 'accepted');
      if (refused) throw new Error(`${refused.code}: ${refused.reason}`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
}

/** Asks for devices all over the registry; returns how long each answer took, in ascending order, milliseconds. */
async function answerTimes(world: World): Promise<number[]> {
  const { client } = world.at(0);
  await until(async () => (await client.network()).epoch.current === EPOCHS);
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const index = (i * STRIDE) % DEVICES;
    const { value, seconds } = await timed(() => client.device(index));
    if (value.reports.length !== (index % FEW === 0 ? EPOCHS : 1))
      throw new Error(`device ${index} has ${value.reports.length} reports`);
    times.push(seconds * 1000);
  }
  return times.sort((a, b) => a - b);
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
  throw new Error(`an oracle does not answer what it must after ${MOST_MS / 1000} s`);
}
