import { signEd25519, toHex } from '@commonwire/sdk/core';
import { encodeReport, type Report, type SignedReport } from '@commonwire/sdk/device';
import type { Equivocation, ReportBatchResult } from '@commonwire/sdk/oracle';
import { cellToLatLng } from 'h3-js';
import { seedOf } from '../../../tests/support/chain';
import { newDevice, POLICY } from '../../../tests/support/network';
import type { Manifest } from '../../src/domain';
import { MINUTE, NOON } from '../domain/support';
import { EPOCH_SECONDS, type Holding, keyOf } from './chain';
import { type Setting, TwoOracles } from './two-oracles';

/** The outcome of a scenario. */
export interface Outcome {
  /** Every point that the victim passed, in order. */
  readonly points: readonly string[];
  readonly deaths: number;
  /** Tasks of the victim that failed. */
  readonly failures: readonly string[];
  /** Dataset hashes of the promoted epochs. */
  readonly datasets: readonly string[];
  /** Bytes of the chain's accounts at the end, by name. */
  readonly accounts: Record<string, string>;
  /** Reports that were acknowledged but are in no promoted dataset. */
  readonly lost: readonly string[];
  /** Messages that the victim signed, with epoch and attempt. */
  readonly signed: readonly string[];
  /** The peer's evidence against it. */
  readonly evidence: readonly Equivocation[];
}

/** The plan of a scenario. */
export interface Plan {
  readonly committee: Setting['committee'];
  readonly epochs: number;
  /** Whether the peer leads first with a different policy, so that the victim must refuse its proposal. */
  readonly dishonest: boolean;
  /** How often a batch with a refused report is sent in the first epoch. */
  readonly refusedTimes: number;
}

/** The victim leads the first epoch and attests the second. */
export const HONEST: Plan = { committee: ['peer', 'victim'], epochs: 2, dishonest: false, refusedTimes: 1 };
/** The victim refuses its peer's first proposal and leads the second attempt. */
export const DISHONEST: Plan = { committee: ['victim', 'peer'], epochs: 1, dishonest: true, refusedTimes: 1 };

const holdings: readonly Holding[] = ['a', 'b'].map((name) => ({
  owner: keyOf(`owner ${name}`),
  keys: [1, 2, 3].map((number) => keyOf(`device ${name}${number}`)),
}));
const owners = holdings.map(({ owner }) => owner);
const devices = holdings.flatMap(({ owner, keys }) => keys.map((key) => ({ owner, key })));

/** Carries out a plan from registration to payment, killing the victim at each of these points in turn. */
export async function run(program: string, plan: Plan, deaths: readonly string[] = []): Promise<Outcome> {
  const oracles = await TwoOracles.start({ committee: plan.committee, holdings, program, deaths });
  try {
    return await play(oracles, plan);
  } finally {
    await oracles.stop();
  }
}

async function play(oracles: TwoOracles, plan: Plan): Promise<Outcome> {
  const { victim, clients, chain } = oracles;
  const datasets: string[] = [];
  const acknowledged: string[] = [];
  const signed: string[] = [];
  await oracles.startPeer(plan.dishonest ? { epoch_budget: '2000000' } : {});
  await oracles.rounds('collecting', async () => (await clients.peer.health()).status === 'ok');
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    acknowledged.push(...(await deliver(oracles, epoch, plan.refusedTimes)));
    oracles.pass(EPOCH_SECONDS);
    if (plan.dishonest) await refuse(oracles, epoch);
    await oracles.rounds(`epoch ${epoch} posted`, ({ pending }) => pending !== null);
    oracles.pass(POLICY.challengeSeconds + 1);
    await oracles.rounds(
      `epoch ${epoch} paid`,
      ({ current, totalPaid }) => current.epoch === BigInt(epoch) && totalPaid === current.earnedTotal,
    );
    datasets.push(toHex((await oracles.account()).current.datasetHash));
    for (const { attempt, message } of (await clients.victim.signatures(epoch)).signatures)
      signed.push(`${epoch} ${attempt} ${message}`);
  }
  const listed = await reportsOf(oracles, plan.epochs);
  return {
    points: victim.points,
    deaths: victim.deaths,
    failures: victim.failures,
    datasets,
    accounts: await chain.state(owners),
    lost: acknowledged.filter((report) => !listed.has(report)),
    signed,
    evidence: (await clients.peer.evidence()).evidence,
  };
}

/** Lets the victim refuse its peer's proposal; then restarts the peer with the common policy. */
async function refuse(oracles: TwoOracles, epoch: number): Promise<void> {
  const { victim } = oracles.clients;
  await oracles.rounds('refused', async ({ lastCutEpoch }) => {
    return lastCutEpoch > 0n && (await victim.epoch(epoch)).refusals.length > 0;
  });
  await oracles.startPeer();
  oracles.passAttempt();
}

/** Sends the epoch's reports as devices do, each batch until it is answered. @returns the acknowledged reports */
async function deliver(oracles: TwoOracles, epoch: number, refusedTimes: number): Promise<string[]> {
  const { victim, clients, chain } = oracles;
  const start = NOON + (epoch - 1) * 15 * MINUTE;
  const report = (index: number, value = 1000n) => makeReport(chain.network.toBytes(), index, start, value);
  const forged = { ...report(1), signature: Buffer.alloc(64, 1).toString('base64') };
  const toVictim = [
    [report(0), report(1), report(2)],
    ...new Array<SignedReport[]>(epoch === 1 ? refusedTimes : 0).fill([forged]),
    // A second reading for minutes that are already claimed.
    [report(3), report(2, 900n)],
  ];
  const toPeer = [report(4), report(5), report(3)];
  const answers: ReportBatchResult[] = [];
  for (const batch of toVictim)
    answers.push(await victim.survive(oracles.time, () => clients.victim.submit(batch)));
  answers.push(await clients.peer.submit(toPeer));
  const results = answers.flatMap((answer) => answer.results);
  const sent = [...toVictim, toPeer].flat();
  return sent.filter((_, i) => results[i]!.status !== 'rejected').map((one) => one.report);
}

function makeReport(network: Uint8Array, index: number, start: number, value: bigint): SignedReport {
  const { owner, key } = devices[index]!;
  const [latitude, longitude] = cellToLatLng(newDevice(key).h3Cell.toString(16));
  const report: Report = {
    network,
    index,
    owner: owner.publicKey.toBytes(),
    sequence: BigInt(start / MINUTE),
    start,
    seconds: 15 * MINUTE,
    kind: 1,
    value,
    latitude: Math.round(latitude * 1e7),
    longitude: Math.round(longitude * 1e7),
    extra: new Uint8Array(0),
  };
  const bytes = encodeReport(report);
  const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
  return { report: base64(bytes), signature: base64(signEd25519(bytes, seedOf(key))) };
}

/** The reports of the promoted datasets, as served by the victim. */
async function reportsOf({ clients }: TwoOracles, epochs: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const { manifest } = await clients.victim.epoch(epoch);
    for (const { sha256 } of (manifest as unknown as Manifest).parts.reports) {
      const text = Buffer.from(await clients.victim.part(epoch, sha256)).toString('utf8');
      for (const line of text.trim().split('\n')) found.add((JSON.parse(line) as SignedReport).report);
    }
  }
  return found;
}
