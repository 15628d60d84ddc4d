import type { SignedReport } from '@commonwire/sdk/device';
import { close, type Manifest } from '../../src/domain';
import { closeInput, HOUR, NOON, registryOf } from '../domain/support';
import type { World } from './world';

/** A report as listed in a dataset. */
export interface Line {
  readonly device: number;
  readonly report: string;
  readonly copies: number;
  readonly verdict: string;
}

/** Returns the lines of a group of parts of an epoch's dataset, as served by a running oracle. */
async function partLines(world: World, epoch: number, group: keyof Manifest['parts']): Promise<string[]> {
  const { client } = world.running.find((one) => one !== undefined)!;
  const manifest = (await client.epoch(epoch)).manifest as unknown as Manifest;
  const lines: string[] = [];
  for (const { sha256 } of manifest.parts[group] ?? []) {
    const text = Buffer.from(await client.part(epoch, sha256)).toString('utf8');
    lines.push(...text.trimEnd().split('\n'));
  }
  return lines;
}

/** Returns the reports of an epoch's dataset. */
export const linesOf = async (world: World, epoch: number): Promise<Line[]> =>
  (await partLines(world, epoch, 'reports')).map((line) => JSON.parse(line) as Line);

/** Returns what each device has earned up to the current epoch. */
export async function earned(world: World): Promise<bigint[]> {
  const lines = await partLines(world, world.chain.current.epoch, 'rewards');
  return lines.map((line) => BigInt((JSON.parse(line) as { earned: string }).earned));
}

/** Returns how often a report was accepted in all epochs up to the current one. */
export async function timesAccepted(world: World, { report }: SignedReport): Promise<number> {
  let times = 0;
  for (let epoch = 1; epoch <= world.chain.current.epoch; epoch++) {
    const lines = await linesOf(world, epoch);
    times += lines.filter((line) => line.report === report && line.verdict === 'accepted').length;
  }
  return times;
}

/** Returns what each device earns in a first epoch if one oracle logged these reports. */
export const earnedBy = ({ devices }: World, reports: readonly SignedReport[]): bigint[] =>
  close(closeInput(registryOf(devices), reports, {}, NOON + HOUR)).rewards.map(({ earned }) => earned);

/** Lets an attempt time out and the next leader close. */
export async function nextAttempt(world: World): Promise<void> {
  world.pass(61);
  await world.tick();
  world.pass(2);
}

/** Ticks with enough time for others to send what a dishonest leader doesn't. */
export async function promotedByOthers(world: World, epoch: number): Promise<void> {
  for (let round = 0; round < 5 && world.chain.current.epoch < epoch; round++) {
    await world.tick();
    world.pass(6);
  }
  await world.promoted(epoch);
}

/** Returns the codes with which an oracle declined proposals, in order. */
export const declined = (world: World, i: number): unknown[] =>
  world.at(i).log.flatMap(({ name, fields }) => (name === 'declined' ? [fields.code] : []));
