import { fromHex, toHex } from '@commonwire/sdk/core';
import type { RegistryEntry } from '@commonwire/sdk/network';
import { fromBase58, toBase58 } from './address';
import type { Hold } from './denylist';
import { DomainError } from './errors';
import { SPANS } from './kinds/energy/month';
import { linesOf, type PartSource } from './parts';
import type { ReasonCode } from './reasons';
import type { OwnerEntry } from './registry';
import { readReport } from './report-checks';
import { badLine, parseLine, strictly } from './strict-line';
import type {
  Device,
  DeviceState,
  Evidence,
  GatheredReport,
  Month,
  Outcome,
  PartReference,
  RecentReport,
  RegistryView,
  Report,
  Reward,
  Verdict,
} from './types';

/** The lines of a registry change: one for each added device, or one for a change of owner. */
export const registryLines = (entry: RegistryEntry): string[] =>
  entry.kind === 'registered' ? entry.devices.map(deviceLine) : [ownerLine(entry)];

/** The lines of a view's changes, in order, without the first `from`. */
export function* registryLinesFrom(view: RegistryView, from: number): Generator<string> {
  for (const entry of view.entries(from)) yield* registryLines(entry);
}

const deviceLine = (device: Device): string =>
  `{"change":"registered","index":${device.index},"key_type":${device.keyType},"device_key":"${toHex(device.deviceKey)}",` +
  `"owner":"${toBase58(device.owner)}","kind":${device.kind},"h3_cell":"${device.h3Cell.toString(16)}","capacity":${device.capacity}}`;

const ownerLine = ({ kind, change }: OwnerEntry): string =>
  `{"change":"${kind}","index":${change.index},` +
  (kind === 'transferred' ? `"owner":"${toBase58(change.owner)}",` : '') +
  `"effective_epoch":${change.effectiveEpoch}}`;

/** What a report's line says. */
type WrittenReport = Omit<Verdict, 'evidence'> & {
  readonly evidence: Omit<Evidence, 'hash' | 'report'> & { readonly report: Pick<Report, 'index'> };
};

/** The line of a report and its verdict. */
export const reportLine = ({ evidence, outcome, reasons, score, paid }: WrittenReport): string =>
  `{"device":${evidence.report.index},"report":"${evidence.text}","signature":"${evidence.signature}",` +
  `"epoch":${evidence.epoch},"received_at":${evidence.receivedAt},"copies":${evidence.copies},"verdict":"${outcome}",` +
  `"reasons":${JSON.stringify(reasons)},"score":"${score}","paid":"${paid}"}`;

/** The line of a device's reward; only that of a device with held pay says so. */
export const rewardLine = ({
  index,
  owner,
  score,
  reward,
  repaid,
  debt,
  earned,
  released,
  held,
}: Reward): string =>
  `{"index":${index},"owner":"${toBase58(owner)}","score":"${score}","reward":"${reward}","repaid":"${repaid}",` +
  `"debt":"${debt}","earned":"${earned}"` +
  (released > 0n || held > 0n ? `,"released":"${released}","held":"${held}"}` : '}');

/**
 * The line of a device's state; each recent report is [start, seconds, hash, sequence, value, run, counted, paid], a month
 * [last, energy of each span], a hold [since, held].
 */
export const stateLine = ({ index, activated, debt, recent, month, hold }: DeviceState): string =>
  `{"index":${index},"activated":${activated},"debt":"${debt}","recent":[${recent.map(recentItem).join(',')}]` +
  (month ? `,"month":[${month.last},${month.energy.join()}]` : '') +
  (hold ? `,"hold":[${hold.since},"${hold.held}"]}` : '}');

const recentItem = ({
  start,
  seconds,
  hash,
  sequence,
  value,
  stillSeconds,
  counted,
  paid,
}: RecentReport): string =>
  `[${start},${seconds},"${hash}","${sequence}","${value}",${stillSeconds},${counted},"${paid}"]`;

/** The changes in a dataset's registry parts, one for each line. @throws DomainError `bad-part`, `bad-line` */
export const registryEntries = (references: readonly PartReference[], part: PartSource): RegistryEntry[] =>
  Array.from(linesOf(references, part), readRegistryLine);

/** Reads a line of the registry. @throws DomainError `bad-line`, as all readers here do */
export const readRegistryLine = (line: string): RegistryEntry =>
  strictly(line, (entry) => registryLines(entry)[0]!, readRegistryEntry);

function readRegistryEntry(raw: Record<string, unknown>): RegistryEntry {
  if (raw.change === 'registered') return { kind: 'registered', devices: [readDevice(raw)] };
  const change = { index: Number(raw.index), effectiveEpoch: BigInt(Number(raw.effective_epoch)) };
  return raw.change === 'retired'
    ? { kind: 'retired', change }
    : { kind: 'transferred', change: { ...change, owner: fromBase58(String(raw.owner)) } };
}

const readDevice = (raw: Record<string, unknown>): Device => ({
  index: Number(raw.index),
  keyType: Number(raw.key_type),
  deviceKey: fromHex(String(raw.device_key)),
  owner: fromBase58(String(raw.owner)),
  kind: Number(raw.kind),
  h3Cell: BigInt(`0x${raw.h3_cell}`),
  capacity: Number(raw.capacity),
});

/** Reads a line of the reward table. */
export const readRewardLine = (line: string): Reward =>
  strictly(line, rewardLine, (raw) => ({
    index: Number(raw.index),
    owner: fromBase58(String(raw.owner)),
    score: BigInt(String(raw.score)),
    reward: BigInt(String(raw.reward)),
    repaid: BigInt(String(raw.repaid)),
    debt: BigInt(String(raw.debt)),
    earned: BigInt(String(raw.earned)),
    released: BigInt(String(raw.released ?? 0)),
    held: BigInt(String(raw.held ?? 0)),
  }));

/** Reads a line of a device's state. */
export const readStateLine = (line: string): DeviceState =>
  strictly(line, stateLine, (raw) => ({
    index: Number(raw.index),
    activated: Number(raw.activated),
    debt: BigInt(String(raw.debt)),
    recent: (raw.recent as unknown[][]).map(readRecent),
    ...(raw.month !== undefined && { month: readMonth(raw.month as unknown[]) }),
    ...(raw.hold !== undefined && { hold: readHold(raw.hold as unknown[]) }),
  }));

const readHold = ([since, held]: unknown[]): Hold => ({ since: Number(since), held: BigInt(String(held)) });

function readMonth(numbers: unknown[]): Month {
  const [last, ...energy] = numbers.map(Number);
  if (
    numbers.length !== SPANS + 1 ||
    ![last, ...energy].every((one) => Number.isSafeInteger(one) && one! >= 0)
  )
    throw new DomainError('bad-line', `a month has ${SPANS + 1} whole numbers`);
  return { last: last!, energy };
}

function readRecent(item: unknown[]): RecentReport {
  const [start, seconds, hash, sequence, value, stillSeconds, counted, paid] = item;
  return {
    start: Number(start),
    seconds: Number(seconds),
    hash: toHex(fromHex(String(hash))),
    sequence: BigInt(String(sequence)),
    value: BigInt(String(value)),
    stillSeconds: Number(stillSeconds),
    counted: counted === true,
    paid: BigInt(String(paid)),
  };
}

/**
 * Reads the parts of a report's line that are needed to judge it again. Ignores the verdict, since recomputed parts are
 * compared as a whole.
 * @throws DomainError `bad-line`
 */
export function readReportLine(line: string): GatheredReport {
  const { report, signature, epoch, received_at: receivedAt, copies: count } = parseLine(line);
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const texts = typeof report === 'string' && typeof signature === 'string';
  if (texts && whole(epoch) && whole(receivedAt) && whole(count)) {
    return { report, copies: [{ epoch, signature, receivedAt, count }] };
  }
  throw badLine(line);
}

/** Reads a report's line with its verdict, as a close wrote it. @throws DomainError `bad-line` */
export function readVerdictLine(line: string): Verdict {
  const { verdict, reasons, score, paid } = parseLine(line);
  const { report: text, copies } = readReportLine(line);
  const read = readReport(text);
  if (typeof read === 'string') throw badLine(line);
  const { signature, epoch, receivedAt, count } = copies[0]!;
  const { hash, report } = read;
  return {
    evidence: { hash, text, report, signature, epoch, receivedAt, copies: count },
    outcome: verdict as Outcome,
    reasons: reasons as ReasonCode[],
    score: BigInt(String(score)),
    paid: BigInt(String(paid)),
  };
}
