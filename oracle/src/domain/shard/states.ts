import type { Hold } from '../denylist';
import { DomainError } from '../errors';
import { SPANS } from '../kinds/energy/month';
import type { DeviceState, Month, RecentReport } from '../types';
import { asBuffer, Growing, SHARD_BITS, sharedBytes } from './shards';

/** Bytes of a device's fields: activated f64, debt u64. */
const HEADER = 16;
/** Bytes of a remembered report: start, seconds, still seconds f64, sequence, value, paid 64 bits, counted u8, hash. */
const RECENT = 88;
/** Bytes of a month behind them: last and the energy of each span f64. */
const MONTH = 8 * (1 + SPANS);
/** Bytes of a hold behind them, which only listed devices have: since f64, held u64. */
const HOLD = 16;
const U64 = 1n << 64n;
const I63 = 1n << 63n;

/** The states of one shard's devices, one after another. */
export interface StateShard {
  /** Where each device's state begins, and where the last one ends; it has none if it is where the next one begins. */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
}

/** What is remembered of each device, packed by shard, in memory that threads can share. */
export class DeviceStates {
  static readonly none = new DeviceStates(SHARD_BITS, []);

  readonly shards: readonly StateShard[];

  /** @param bits a shard has 2^`bits` devices */
  constructor(
    readonly bits: number,
    shards: readonly StateShard[],
  ) {
    const last = shards.findLastIndex(({ bytes }) => bytes.length > 0);
    this.shards = shards.slice(0, last + 1);
  }

  /** Packs states, which must be in order of index. @throws DomainError `bad-line` for numbers that don't fit */
  static from(states: Iterable<DeviceState>, bits = SHARD_BITS): DeviceStates {
    const shards: StateShard[] = [];
    let packing: StatePacker | undefined;
    for (const state of states) {
      const shard = Math.floor(state.index / 2 ** bits);
      while (shards.length < shard) {
        shards.push((packing ?? new StatePacker(bits)).packed());
        packing = undefined;
      }
      packing ??= new StatePacker(bits);
      packing.add(state);
    }
    if (packing) shards.push(packing.packed());
    return new DeviceStates(bits, shards);
  }

  get(index: number): DeviceState | undefined {
    const shard = this.shards[Math.floor(index / 2 ** this.bits)];
    return shard && stateAt(shard, index & (2 ** this.bits - 1), index);
  }

  has(index: number): boolean {
    const shard = this.shards[Math.floor(index / 2 ** this.bits)];
    const place = index & (2 ** this.bits - 1);
    return shard !== undefined && shard.offsets[place]! < shard.offsets[place + 1]!;
  }

  /** The indices of devices that have a state, in order. */
  *keys(): Generator<number> {
    for (const [i, { offsets }] of this.shards.entries())
      for (let place = 0; place + 1 < offsets.length; place++)
        if (offsets[place]! < offsets[place + 1]!) yield i * 2 ** this.bits + place;
  }

  /** The holds of devices that have one, in order of index. */
  *holds(): Generator<[number, Hold]> {
    for (const [i, { offsets, bytes }] of this.shards.entries())
      for (let place = 0; place + 1 < offsets.length; place++) {
        const [from, to] = [offsets[place]!, offsets[place + 1]!];
        if (from < to && hasHold(from, to))
          yield [i * 2 ** this.bits + place, holdAt(asBuffer(bytes), to - HOLD)];
      }
  }

  /** In order of index. */
  *values(): Generator<DeviceState> {
    for (const index of this.keys()) yield this.get(index)!;
  }
}

/** Packs the states of one shard, in order of index. */
export class StatePacker {
  private readonly offsets: Uint32Array;
  private readonly out = new Growing(1024);
  private filled = 0;

  constructor(private readonly bits: number) {
    this.offsets = new Uint32Array(2 ** bits + 1);
  }

  /** @throws DomainError `bad-line` for a number that doesn't fit */
  add({ index, activated, debt, recent, month, hold }: DeviceState): void {
    const place = index & (2 ** this.bits - 1);
    this.offsets.fill(this.out.length, this.filled, place + 1);
    this.filled = place + 1;
    if (debt < 0n || debt >= U64 || (hold && (hold.held < 0n || hold.held >= U64))) throw outOfRange(index);
    const bytes = this.out.reserve(HEADER + recent.length * RECENT + MONTH + HOLD);
    let at = bytes.writeDoubleLE(activated, this.out.length);
    at = bytes.writeBigUInt64LE(debt, at);
    for (const one of recent) at = writeRecent(bytes, at, one, index);
    if (month) for (const one of [month.last, ...month.energy]) at = bytes.writeDoubleLE(one, at);
    if (hold) at = bytes.writeBigUInt64LE(hold.held, bytes.writeDoubleLE(hold.since, at));
    this.out.length = at;
  }

  packed(): StateShard {
    this.offsets[this.filled] = this.out.length;
    const offsets = new Uint32Array(sharedBytes(4 * (this.filled + 1)).buffer);
    offsets.set(this.offsets.subarray(0, this.filled + 1));
    return { offsets, bytes: this.out.shared() };
  }
}

const outOfRange = (index: number): DomainError =>
  new DomainError('bad-line', `the state of device ${index} has a number that no report can lead to`);

function writeRecent(bytes: Buffer, from: number, report: RecentReport, index: number): number {
  const { start, seconds, stillSeconds, sequence, value, paid, counted, hash } = report;
  const fits = sequence >= 0n && sequence < U64 && value >= -I63 && value < I63 && paid >= 0n && paid < U64;
  if (!fits || hash.length !== 64) throw outOfRange(index);
  let at = bytes.writeDoubleLE(start, from);
  at = bytes.writeDoubleLE(seconds, at);
  at = bytes.writeDoubleLE(stillSeconds, at);
  at = bytes.writeBigUInt64LE(sequence, at);
  at = bytes.writeBigInt64LE(value, at);
  at = bytes.writeBigUInt64LE(paid, at);
  at = bytes.writeUInt8(counted ? 1 : 0, at);
  bytes.fill(0, at, at + 7);
  at += 7;
  return at + bytes.write(hash, at, 'hex');
}

/** What a state has behind its reports: its length tells. */
const restOf = (from: number, to: number): number => (to - from - HEADER) % RECENT;
const hasHold = (from: number, to: number): boolean => [HOLD, MONTH + HOLD].includes(restOf(from, to));
const hasMonth = (from: number, to: number): boolean => restOf(from, to) >= MONTH;

const monthAt = (buffer: Buffer, at: number): Month => ({
  last: buffer.readDoubleLE(at),
  energy: Array.from({ length: SPANS }, (_, i) => buffer.readDoubleLE(at + 8 + 8 * i)),
});

const holdAt = (buffer: Buffer, at: number): Hold => ({
  since: buffer.readDoubleLE(at),
  held: buffer.readBigUInt64LE(at + 8),
});

function stateAt({ offsets, bytes }: StateShard, place: number, index: number): DeviceState | undefined {
  const from = offsets[place];
  const to = offsets[place + 1];
  if (from === undefined || to === undefined || from === to) return undefined;
  const buffer = asBuffer(bytes);
  const recent: RecentReport[] = [];
  const end = to - restOf(from, to);
  for (let at = from + HEADER; at < end; at += RECENT)
    recent.push({
      start: buffer.readDoubleLE(at),
      seconds: buffer.readDoubleLE(at + 8),
      hash: buffer.toString('hex', at + 56, at + RECENT),
      sequence: buffer.readBigUInt64LE(at + 24),
      value: buffer.readBigInt64LE(at + 32),
      stillSeconds: buffer.readDoubleLE(at + 16),
      counted: buffer[at + 48] === 1,
      paid: buffer.readBigUInt64LE(at + 40),
    });
  const month = hasMonth(from, to) ? monthAt(buffer, end) : undefined;
  const hold = hasHold(from, to) ? holdAt(buffer, to - HOLD) : undefined;
  const [activated, debt] = [buffer.readDoubleLE(from), buffer.readBigUInt64LE(from + 8)];
  return { index, activated, debt, recent, ...(month && { month }), ...(hold && { hold }) };
}
