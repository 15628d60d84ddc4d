/** Finds devices whose readings of a day equal a neighbour's: one pay for one series, however many keys sign it. */
import { sha256 } from '@commonwire/sdk/core';
import type { Judged } from '../history';
import type { Device, RecentReport } from '../types';
import type { Found } from './columns';
import { asBuffer, Growing } from './shards';

const DAY = 86_400;
/** A value of fewer steps tells nothing: neighbours show the same by chance. Steps are the values' common divisor. */
const LEAST_STEPS = 20n;
/** Bytes of a row: index u32, print u64, completed f64, score u64, total u64, activated u32, kind u8. */
const ROW = 41;
const FIRST_ROWS = 256;

interface Entry {
  readonly start: number;
  readonly seconds: number;
  readonly value: bigint;
  /** 0 if it was counted in an earlier epoch. */
  readonly receivedAt: number;
  readonly score: bigint;
}

/**
 * Collects what reducing compares: a print of each day of a device, over its readings that tell something. Readings that an
 * earlier epoch counted are part of it, so that a copy that is sent later is found too.
 */
export class SeriesWriter {
  private readonly out = new Growing(FIRST_ROWS * ROW);

  /** @param fewest readings that tell something, without which a day is compared with nothing; 0: no day is */
  constructor(
    private readonly fewest: number,
    private readonly horizon: number,
  ) {}

  /** @param activated the epoch of the device's activation */
  add(
    device: Device,
    activated: number,
    recent: readonly RecentReport[],
    judged: readonly Judged<Found>[],
  ): void {
    if (this.fewest === 0 || recent.length + judged.length < this.fewest) return;
    const entries = this.entriesOf(recent, judged);
    const total = judged.reduce((sum, { score }) => sum + score, 0n);
    for (let from = 0, to = 0; from < entries.length; from = to) {
      const day = Math.floor(entries[from]!.start / DAY);
      while (to < entries.length && Math.floor(entries[to]!.start / DAY) === day) to++;
      const one = entries.slice(from, to);
      const telling = tellingOf(one);
      if (telling.length >= this.fewest) this.write(device, activated, one, telling, total);
    }
  }

  /** The rows, in memory that threads share. */
  end(): Uint8Array {
    return this.out.shared();
  }

  private entriesOf(recent: readonly RecentReport[], judged: readonly Judged<Found>[]): Entry[] {
    const entries: Entry[] = [];
    // What begins before the horizon is remembered of some only.
    for (const { start, seconds, value, counted } of recent)
      if (counted && start >= this.horizon) entries.push({ start, seconds, value, receivedAt: 0, score: 0n });
    for (const { evidence, outcome, score } of judged) {
      if (outcome !== 'accepted' && outcome !== 'zeroed') continue;
      const { start, seconds, value } = evidence.report;
      entries.push({ start, seconds, value, receivedAt: evidence.receivedAt, score });
    }
    return entries.sort((a, b) => a.start - b.start);
  }

  private write(
    { index, kind, h3Cell }: Device,
    activated: number,
    day: readonly Entry[],
    telling: readonly Entry[],
    total: bigint,
  ): void {
    const text = telling.map(({ start, seconds, value }) => `${start} ${seconds} ${value}`).join();
    const print = asBuffer(sha256(Buffer.from(`${kind} ${neighbourhood(h3Cell)} ${text}`))).readBigUInt64LE(
      0,
    );
    // Of what tells something alone: whoever copies could leave the rest out and be complete sooner.
    const completed = telling.reduce((last, { receivedAt }) => Math.max(last, receivedAt), 0);
    const score = day.reduce((sum, one) => sum + one.score, 0n);
    const bytes = this.out.reserve(ROW);
    let at = bytes.writeUInt32LE(index, this.out.length);
    at = bytes.writeBigUInt64LE(print, at);
    at = bytes.writeDoubleLE(completed, at);
    at = bytes.writeBigUInt64LE(score, at);
    at = bytes.writeBigUInt64LE(total, at);
    at = bytes.writeUInt32LE(activated, at);
    this.out.length = bytes.writeUInt8(kind, at);
  }
}

/** The digits of an H3 cell up to resolution 8, about 900 m across. */
const neighbourhood = (cell: bigint): bigint => (cell & 0xf_ffff_ffff_ffffn) >> 21n;

/** The readings that differ from both their neighbours, by more than the few steps that chance makes equal. */
function tellingOf(day: readonly Entry[]): Entry[] {
  let step = 0n;
  for (const { value } of day) {
    for (let a = value < 0n ? -value : value; a !== 0n; ) [step, a] = [a, step % a];
    if (step === 1n) break;
  }
  const least = step * LEAST_STEPS;
  return day.filter(
    ({ value }, i) =>
      value !== 0n &&
      (value < 0n ? -value : value) >= least &&
      value !== day[i - 1]?.value &&
      value !== day[i + 1]?.value,
  );
}

interface Row {
  readonly index: number;
  readonly completed: number;
  readonly score: bigint;
  readonly total: bigint;
  readonly activated: number;
  readonly kind: number;
}

/** A device that repeats another one's series, and what it would have scored. */
export interface Copy {
  readonly of: number;
  readonly total: bigint;
  readonly kind: number;
}

/**
 * Finds the devices of which at least half of the score is of days that equal another device's. The one whose day was
 * received first keeps its pay, so that nobody loses by being copied; among equals the one that was activated first.
 * @param rows of each shard @param counts whether a device takes part
 */
export function copies(rows: readonly Uint8Array[], counts: (index: number) => boolean): Map<number, Copy> {
  const found = new Map<number, Copy>();
  const alike = new Map<number, Copy & { readonly score: bigint }>();
  for (const group of equalRows(rows)) {
    const taking = group.filter(({ index }) => counts(index));
    if (taking.length < 2) continue;
    const [first, ...others] = taking.sort(
      (a, b) => a.completed - b.completed || a.activated - b.activated || a.index - b.index,
    );
    for (const { index, score, total, kind } of others) {
      const before = alike.get(index)?.score ?? 0n;
      alike.set(index, { of: first!.index, score: before + score, total, kind });
    }
  }
  for (const [index, { of, score, total, kind }] of alike)
    if (total > 0n && 2n * score >= total) found.set(index, { of, total, kind });
  return found;
}

/** Groups of rows with one print, in an order that doesn't depend on the shards. Few: prints are sorted, not compared. */
function equalRows(shards: readonly Uint8Array[]): Row[][] {
  const buffers = shards.map(asBuffer);
  const prints = new BigUint64Array(buffers.reduce((sum, { length }) => sum + length / ROW, 0));
  let filled = 0;
  for (const rows of buffers)
    for (let at = 0; at < rows.length; at += ROW) prints[filled++] = rows.readBigUInt64LE(at + 4);
  prints.sort();
  const groups = new Map<bigint, Row[]>();
  for (let i = 1; i < prints.length; i++) if (prints[i] === prints[i - 1]) groups.set(prints[i]!, []);
  if (groups.size === 0) return [];
  for (const rows of buffers)
    for (let at = 0; at < rows.length; at += ROW)
      groups.get(rows.readBigUInt64LE(at + 4))?.push({
        index: rows.readUInt32LE(at),
        completed: rows.readDoubleLE(at + 12),
        score: rows.readBigUInt64LE(at + 20),
        total: rows.readBigUInt64LE(at + 28),
        activated: rows.readUInt32LE(at + 36),
        kind: rows.readUInt8(at + 40),
      });
  return [...groups.values()];
}
