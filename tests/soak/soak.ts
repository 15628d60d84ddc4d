import { setTimeout as sleep } from 'node:timers/promises';
import { decodeReport } from '@commonwire/sdk/device';
import { z } from 'zod';
import type { Manifest } from '../../oracle/src/domain';
import { HOUR, NOON } from '../../oracle/test/domain/support';
import { ProcessNetwork } from '../../oracle/test/support/process-network';
import type { OracleProcess } from '../../oracle/test/support/processes';
import { Fleet, keyOf } from './fleet';
import { Memory } from './memory';

/** Device time for one second; a device reports each minute. */
const SPEED = 60;
const DEVICES = 600;
/** For how long reports may be late, device seconds. */
const LATE_SECONDS = 90 * SPEED;
/** From this morning on there is sun for so long, so that devices can earn; device seconds. */
const MORNING = NOON - 6 * HOUR;
const DAYLIGHT = 13 * HOUR;
/** The part of the time in which the fleet sends as fast as it gets answers, to find out what half of that is. */
const FULL_LOAD = 0.1;
/** Milliseconds between two kills, and until a killed oracle is started again, at most. */
const KILL_MS = 8_000;
const DOWN_MS = 2_000;
/** What an oracle may use, MiB; and how much it may grow from the second third of the time to the last. */
const MOST_MIB = 1_024;
const MOST_GROWTH = 1.3;
/** In a shorter time an oracle still fills its caches. */
const LEVEL_SECONDS = 300;

/** The longest soak, seconds: then the sun sets. */
export const MOST_SECONDS = DAYLIGHT / SPEED;

/** What a soak found; it is good if there are no problems. */
export interface Outcome {
  readonly seconds: number;
  readonly full_load_per_second: number;
  readonly load_per_second: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly epochs: number;
  readonly earned: string;
  readonly paid: string;
  readonly peak_mib: number;
  readonly memory_growth: number;
  readonly problems: readonly string[];
}

/** Options of a soak. */
export interface SoakOptions {
  readonly seconds: number;
  readonly random: () => number;
  readonly progress: (what: string) => void;
}

/**
 * Lets three oracles, processes on an embedded chain, take in half of what they can, while two of them are killed at
 * random and started again. Then every report that was acknowledged must count in exactly one promoted dataset, all that
 * the datasets say was earned must be on chain and be paid, and the third oracle's memory must have stayed level.
 */
export async function soak({ seconds, random, progress }: SoakOptions): Promise<Outcome> {
  progress('starting three oracles');
  const net = await ProcessNetwork.create({
    speed: SPEED,
    origin: MORNING,
    registered: DEVICES,
    policy: { late_seconds: LATE_SECONDS, cell_capacity: { energy: 1_000_000_000 } },
  });
  try {
    // The fleet has one address, whose limit isn't what is tested.
    for (const oracle of net.oracles) oracle.set({ COMMONWIRE_REQUESTS_PER_SECOND: '100000' });
    await Promise.all(net.oracles.map((oracle) => oracle.start()));
    for (const oracle of net.oracles) await net.ready(oracle);
    return await underLoad(net, { seconds, random, progress });
  } finally {
    await Promise.all(net.oracles.map((oracle) => oracle.end('SIGKILL')));
  }
}

async function underLoad(net: ProcessNetwork, { seconds, random, progress }: SoakOptions): Promise<Outcome> {
  const witness = net.oracles[2]!;
  const fleet = new Fleet(net, DEVICES, await witness.client.network(), random);
  const begun = performance.now();
  const passed = () => (performance.now() - begun) / 1000;
  const full = await fleet.send(() => passed() > seconds * FULL_LOAD);
  progress(`full load: ${Math.round(full)} reports a second`);
  const memory = new Memory(witness);
  const telling = setInterval(
    () =>
      progress(
        `${Math.round(passed())} s: ${fleet.acknowledged.size} acknowledged, ${kills.count} kills, ${memory.latest} MiB`,
      ),
    10_000,
  );
  const kills = new Kills([net.oracles[0]!, net.oracles[1]!], random);
  const [half] = await Promise.all([
    fleet.send(() => passed() > seconds, full / 2),
    kills.until(() => passed() > seconds),
  ]);
  const sent = passed();
  clearInterval(telling);
  memory.stop();
  progress('waiting until everything counts and is paid');
  for (const oracle of net.oracles) await net.ready(oracle);
  const found = await everythingCounts(net, fleet);
  const { current, totalPaid } = await net.network.account();
  const problems = [
    ...found.problems,
    ...(found.allocated === current.earnedTotal
      ? []
      : [`the datasets give ${found.allocated}, the chain says ${current.earnedTotal} was earned`]),
    ...(current.earnedTotal === 0n ? ['nothing was earned'] : []),
    ...memory.problems({ mostMib: MOST_MIB, mostGrowth: seconds >= LEVEL_SECONDS ? MOST_GROWTH : undefined }),
  ];
  return {
    seconds: Math.round(sent),
    full_load_per_second: Math.round(full),
    load_per_second: Math.round(half),
    acknowledged: fleet.acknowledged.size,
    resent: fleet.resent,
    refused: fleet.refused,
    kills: kills.count,
    epochs: found.epochs,
    earned: current.earnedTotal.toString(),
    paid: totalPaid.toString(),
    peak_mib: memory.peak,
    memory_growth: memory.growth,
    problems,
  };
}

/** Kills one of some oracles now and then, and starts it again. */
class Kills {
  count = 0;

  constructor(
    private readonly oracles: readonly OracleProcess[],
    private readonly random: () => number,
  ) {}

  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await sleep(KILL_MS * this.random());
      const oracle = this.oracles[Math.floor(this.random() * this.oracles.length)]!;
      await oracle.end('SIGKILL');
      this.count++;
      await sleep(DOWN_MS * this.random());
      await oracle.start();
    }
  }
}

interface Found {
  readonly epochs: number;
  /** What the promoted datasets give to devices in all. */
  readonly allocated: bigint;
  readonly problems: readonly string[];
}

/** Waits until every acknowledged report counts and all is paid, or says what is missing in the end. */
async function everythingCounts(net: ProcessNetwork, { acknowledged }: Fleet): Promise<Found> {
  const counts = new Map<number, number>();
  let epochs = 0;
  let allocated = 0n;
  const look = async () => {
    for (const current = await net.current(); epochs < current; epochs++) {
      const { totals, parts } = await manifestOf(net, epochs + 1);
      allocated += BigInt(totals.allocated) - BigInt(totals.repaid);
      for (const { sha256 } of parts.reports)
        for (const key of countedIn(await net.part(epochs + 1, sha256)))
          counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const { current, totalPaid } = await net.network.account();
    const isAll = [...acknowledged].every((key) => counts.has(key));
    return (isAll && current.earnedTotal === allocated && totalPaid === allocated) || undefined;
  };
  const problems: string[] = [];
  await net.until('all that was acknowledged counts and is paid', look).catch((error: Error) => {
    problems.push(error.message);
  });
  const lost = [...acknowledged].filter((key) => !counts.has(key)).length;
  const twice = [...counts.values()].filter((count) => count > 1).length;
  if (lost > 0) problems.push(`${lost} acknowledged reports are in no dataset`);
  if (twice > 0) problems.push(`${twice} reports count in several datasets`);
  return { epochs, allocated, problems };
}

async function manifestOf(net: ProcessNetwork, epoch: number): Promise<Manifest> {
  return net.until(`the manifest of epoch ${epoch}`, async () => {
    for (const { client } of net.oracles) {
      const { state, manifest } = await client.epoch(epoch);
      if (state === 'promoted' && manifest) return manifest as unknown as Manifest;
    }
    return undefined;
  });
}

const lineSchema = z.object({ report: z.string(), verdict: z.string() });

/** The reports of a part that count in its epoch; `duplicate`: it counted in an earlier one. */
function* countedIn(part: Uint8Array): Generator<number> {
  for (const line of Buffer.from(part).toString('utf8').split('\n')) {
    if (line === '') continue;
    const { report, verdict } = lineSchema.parse(JSON.parse(line));
    if (verdict === 'duplicate') continue;
    const { index, start } = decodeReport(new Uint8Array(Buffer.from(report, 'base64')));
    yield keyOf(index, start);
  }
}
