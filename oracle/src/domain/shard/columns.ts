/** Judged reports as columns: a million objects would cost more than judging. */
import { reasons as allReasons, type ReasonCode } from '../reasons';
import type { Outcome } from '../types';
import type { Examined } from './examine';
import type { Place } from './merge';
import { asBuffer, sharedBytes } from './shards';

/** Outcomes by the number that stands for them in columns. */
export const OUTCOMES: readonly Outcome[] = ['accepted', 'zeroed', 'rejected', 'duplicate'];
/** Reasons by number; 0 stands for none. */
export const REASONS: readonly (ReasonCode | undefined)[] = [
  undefined,
  ...(Object.keys(allReasons) as ReasonCode[]),
];
const reasonNumber = new Map(REASONS.map((code, i) => [code, i]));

/** The judged reports of a shard: a value each in every column, in order of (device, start, hash). */
export interface Columns {
  /** Devices that have reports, and where the reports of each begin; one more entry than devices. */
  readonly devices: Uint32Array;
  readonly begins: Uint32Array;
  /** Run and position of a copy with the lowest signature. */
  readonly run: Uint16Array;
  readonly at: Uint32Array;
  readonly epoch: Float64Array;
  readonly receivedAt: Float64Array;
  readonly copies: Float64Array;
  /** 32 bytes each. */
  readonly hash: Uint8Array;
  readonly outcome: Uint8Array;
  readonly reason: Uint8Array;
  readonly stillSeconds: Float64Array;
  readonly score: BigUint64Array;
}

/** A report that is evidence, and one of its copies. */
export type Found = Examined & { readonly copy: Pick<Place, 'run' | 'at'> };

/** Reports for which there is room at first; it doubles when it is full. */
const FIRST_ROOM = 4096;

/** Fills columns. */
export class ColumnWriter {
  private room = FIRST_ROOM;
  private columns: Columns = {
    devices: new Uint32Array(FIRST_ROOM),
    begins: new Uint32Array(FIRST_ROOM + 1),
    run: new Uint16Array(FIRST_ROOM),
    at: new Uint32Array(FIRST_ROOM),
    epoch: new Float64Array(FIRST_ROOM),
    receivedAt: new Float64Array(FIRST_ROOM),
    copies: new Float64Array(FIRST_ROOM),
    hash: new Uint8Array(32 * FIRST_ROOM),
    outcome: new Uint8Array(FIRST_ROOM),
    reason: new Uint8Array(FIRST_ROOM),
    stillSeconds: new Float64Array(FIRST_ROOM),
    score: new BigUint64Array(FIRST_ROOM),
  };
  /** The column of hashes, for its writer of hex. */
  private hashes = asBuffer(this.columns.hash);
  private reports = 0;
  private devices = 0;

  /** The following reports, at least one, are this device's. */
  begin(index: number): void {
    if (this.devices === this.room) this.grow();
    this.columns.begins[this.devices] = this.reports;
    this.columns.devices[this.devices++] = index;
  }

  add(item: {
    evidence: Found;
    outcome: Outcome;
    reasons: readonly ReasonCode[];
    stillSeconds: number;
    score: bigint;
  }): void {
    if (this.reports === this.room) this.grow();
    const { columns } = this;
    const i = this.reports++;
    const { evidence } = item;
    columns.run[i] = evidence.copy.run;
    columns.at[i] = evidence.copy.at;
    columns.epoch[i] = evidence.epoch;
    columns.receivedAt[i] = evidence.receivedAt;
    columns.copies[i] = evidence.copies;
    this.hashes.write(evidence.hash, 32 * i, 'hex');
    columns.outcome[i] = OUTCOMES.indexOf(item.outcome);
    columns.reason[i] = reasonNumber.get(item.reasons[0])!;
    columns.stillSeconds[i] = item.stillSeconds;
    columns.score[i] = item.score;
  }

  /** The columns, cut to size, in memory that threads share. */
  end(): Columns {
    this.columns.begins[this.devices] = this.reports;
    return resized(this.columns, this.devices, this.reports, sharedBytes);
  }

  private grow(): void {
    this.room *= 2;
    this.columns = resized(this.columns, this.room, this.room, (length) => new Uint8Array(length));
    this.hashes = asBuffer(this.columns.hash);
  }
}

type Memory = (length: number) => Uint8Array;
type Column = Columns[keyof Columns];

function resized(columns: Columns, devices: number, reports: number, memory: Memory): Columns {
  return {
    devices: copied(columns.devices, devices, memory),
    begins: copied(columns.begins, devices + 1, memory),
    run: copied(columns.run, reports, memory),
    at: copied(columns.at, reports, memory),
    epoch: copied(columns.epoch, reports, memory),
    receivedAt: copied(columns.receivedAt, reports, memory),
    copies: copied(columns.copies, reports, memory),
    hash: copied(columns.hash, 32 * reports, memory),
    outcome: copied(columns.outcome, reports, memory),
    reason: copied(columns.reason, reports, memory),
    stillSeconds: copied(columns.stillSeconds, reports, memory),
    score: copied(columns.score, reports, memory),
  };
}

function copied<T extends Column>(column: T, length: number, memory: Memory): T {
  const bytes = memory(length * column.BYTES_PER_ELEMENT);
  const from = new Uint8Array(column.buffer, column.byteOffset, Math.min(column.byteLength, bytes.length));
  bytes.set(from);
  return new (column.constructor as new (buffer: ArrayBufferLike) => T)(bytes.buffer);
}
