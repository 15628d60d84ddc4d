/** What a shard's judged reports say to the market. */
import { decodeRegisters, Kind } from '@commonwire/sdk/device';
import type { Device, Outcome } from '../types';

/** A report that counts, as the market remembers it. */
export interface MeteredSpan {
  /** Device time, unix seconds. No two reports of a device that count share a second. */
  readonly start: number;
  readonly seconds: number;
  /** Wh: delivered to the grid by a meter, or at all by an energy device; taken from the grid. */
  readonly out: bigint;
  readonly in: bigint;
}

/** The reports of a device that count, in order of their start. */
export interface DeviceMetered {
  readonly device: number;
  readonly reports: readonly MeteredSpan[];
}

/** What an epoch finds about a device. */
export interface Collected extends DeviceMetered {
  /** Starts of remembered reports that count no longer: another one claims their minutes. */
  readonly spoiled: readonly number[];
}

/** What the market needs of the devices that it is cleared from. */
export interface Collecting {
  readonly devices: ReadonlySet<number>;
  /** Reports that end by then, device time, are of intervals that are cleared. */
  readonly since: number;
}

interface JudgedReport {
  readonly evidence: {
    readonly text: string;
    readonly report: { readonly start: number; readonly seconds: number; readonly value: bigint };
  };
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
}

/** Why a report that is taken for true earns nothing. */
const UNPAID = ['cell-full', 'above-month'];

/** Bytes of a report before its `extra`. */
const EXTRA_AT = 126;

/**
 * Collects the reports of a device that count for the market: accepted ones. Where a cell is full, or a month exceeds its
 * bound, a report earns nothing and counts all the same.
 */
export function collect(
  { index, kind }: Device,
  reports: readonly JudgedReport[],
  spoiled: readonly number[],
  since: number,
): Collected {
  const counted = reports.filter(
    ({ outcome, reasons }) =>
      outcome === 'accepted' || (outcome === 'zeroed' && UNPAID.some((one) => reasons.includes(one))),
  );
  const spans = counted.map(({ evidence }): MeteredSpan => {
    const { start, seconds, value } = evidence.report;
    if (kind !== Kind.meter) return { start, seconds, out: value > 0n ? value : 0n, in: 0n };
    const { exported, imported } = decodeRegisters(extraOf(evidence.text))!;
    return { start, seconds, out: BigInt(exported), in: BigInt(imported) };
  });
  return { device: index, reports: spans.filter((span) => isAfter(span, since)), spoiled };
}

const extraOf = (text: string): Uint8Array => Buffer.from(text, 'base64').subarray(EXTRA_AT);

/** Whether any of a report's time is behind this one. */
export const isAfter = ({ start, seconds }: MeteredSpan, time: number): boolean => start + seconds > time;

/** What is known after an epoch, by device: what was, less what was spoiled, and what is new. */
export function withCollected(
  known: readonly DeviceMetered[],
  found: readonly Collected[],
  { devices, since }: Collecting,
): DeviceMetered[] {
  const all = new Map<number, readonly MeteredSpan[]>();
  for (const { device, reports } of known) if (devices.has(device)) all.set(device, reports);
  for (const { device, reports, spoiled } of found) {
    const before = all.get(device) ?? [];
    const left = spoiled.length === 0 ? before : before.filter(({ start }) => !spoiled.includes(start));
    all.set(device, [...left, ...reports]);
  }
  return behind(
    [...all].map(([device, reports]) => ({ device, reports })),
    since,
  );
}

/** What of it isn't over by then, in order. */
export const behind = (metered: readonly DeviceMetered[], time: number): DeviceMetered[] =>
  metered
    .map(({ device, reports }) => ({
      device,
      reports: reports.filter((span) => isAfter(span, time)).sort((a, b) => a.start - b.start),
    }))
    .filter(({ reports }) => reports.length > 0)
    .sort((a, b) => a.device - b.device);
