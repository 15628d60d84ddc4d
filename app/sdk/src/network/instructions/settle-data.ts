import { concat, ofLength, u8, u32, uint } from '../../core/bytes';
import { FormatError } from '../../core/errors';
import { HASH_BYTES } from '../../core/hash';
import { Reader } from '../../core/reader';

/** Most leaves of one segment. */
export const MAX_SEGMENT_LEAVES = 64;

const EACH = 0;
const FLEET = 1;
const SKIP = 2;

/**
 * Some of the run's leaves, one after another. `bump` is that of the destination, the owner's associated token
 * account; `earned` the leaf's amount.
 */
export type SettleSegment =
  /** Every leaf is paid to a destination of its own. */
  | { kind: 'each'; leaves: readonly { bump: number; earned: bigint }[] }
  /** All leaves have one owner, who is paid by one transfer. */
  | { kind: 'fleet'; bump: number; earned: readonly bigint[] }
  /** Nobody is paid: only the leaves' hashes are given. */
  | { kind: 'skip'; leaves: readonly Uint8Array[] };

/** The argument `run` of a `settle` instruction: a contiguous run of ledger leaves. */
export interface SettleData {
  /** Index of the run's first leaf, u32. */
  first: number;
  /** Bytes of every amount, 1 to 8. */
  width: number;
  /** 1 to 255 segments of 1 to 64 leaves. */
  segments: readonly SettleSegment[];
  /** The run proof, hashes of 32 bytes. */
  proof: readonly Uint8Array[];
}

/** Returns the fewest bytes that hold every amount: 1 to 8. @throws FormatError `out-of-range` beyond u64 */
export function settleWidth(segments: readonly SettleSegment[]): number {
  const digits = segments.flatMap(amounts).map((amount) => amount.toString(16).length);
  const width = Math.ceil(Math.max(1, ...digits) / 2);
  if (width > 8) throw new FormatError('out-of-range', 'an amount is more than a u64 holds');
  return width;
}

/** Returns the number of a segment's leaves. */
export const segmentLength = (segment: SettleSegment): number =>
  segment.kind === 'fleet' ? segment.earned.length : segment.leaves.length;

/**
 * `first u32 | width u8 | segments u8 | segments.. | proof hashes..`, where a segment is
 * `head u8 (kind in the top 2 bits, leaves - 1 in the others)` and then: each `n x (bump u8 | earned)`, fleet
 * `bump u8 | n x earned`, skip `n x hash`.
 * @throws FormatError `out-of-range`, `wrong-length`
 */
export function encodeSettleData(data: SettleData): Uint8Array {
  const { first, width, segments, proof } = data;
  checkCounts(width, segments.length);
  return concat(
    u32(first),
    u8(width),
    u8(segments.length),
    ...segments.map((segment) => encodeSegment(segment, width)),
    ...proof.map((hash) => ofLength(HASH_BYTES, hash, 'a hash')),
  );
}

/**
 * Decodes exactly one run.
 * @throws FormatError `truncated`, `trailing-bytes` (proof not of whole hashes), `out-of-range`
 * (width, no segment), `unknown-segment`
 */
export function decodeSettleData(bytes: Uint8Array): SettleData {
  const reader = new Reader(bytes);
  const first = reader.u32();
  const width = reader.u8();
  const count = reader.u8();
  checkCounts(width, count);
  const segments = Array.from({ length: count }, () => decodeSegment(reader, width));
  const hashes = Math.floor(reader.remaining / HASH_BYTES);
  const proof = Array.from({ length: hashes }, () => reader.bytes(HASH_BYTES));
  reader.end();
  return { first, width, segments, proof };
}

function encodeSegment(segment: SettleSegment, width: number): Uint8Array {
  const count = segmentLength(segment);
  if (count < 1 || count > MAX_SEGMENT_LEAVES) {
    throw new FormatError('out-of-range', `a segment has 1 to ${MAX_SEGMENT_LEAVES} leaves, not ${count}`);
  }
  const head = (kind: number) => u8((kind << 6) | (count - 1));
  switch (segment.kind) {
    case 'each':
      return concat(
        head(EACH),
        ...segment.leaves.flatMap(({ bump, earned }) => [u8(bump), uint(earned, width)]),
      );
    case 'fleet':
      return concat(head(FLEET), u8(segment.bump), ...segment.earned.map((earned) => uint(earned, width)));
    case 'skip':
      return concat(head(SKIP), ...segment.leaves.map((leaf) => ofLength(HASH_BYTES, leaf, 'a leaf')));
  }
}

function decodeSegment(reader: Reader, width: number): SettleSegment {
  const head = reader.u8();
  const length = (head & 0x3f) + 1;
  switch (head >> 6) {
    case EACH: {
      const leaf = () => ({ bump: reader.u8(), earned: reader.uint(width) });
      return { kind: 'each', leaves: Array.from({ length }, leaf) };
    }
    case FLEET: {
      const bump = reader.u8();
      return { kind: 'fleet', bump, earned: Array.from({ length }, () => reader.uint(width)) };
    }
    case SKIP:
      return { kind: 'skip', leaves: Array.from({ length }, () => reader.bytes(HASH_BYTES)) };
    default:
      throw new FormatError('unknown-segment', `segment head ${head} has no known kind`);
  }
}

function amounts(segment: SettleSegment): readonly bigint[] {
  if (segment.kind === 'fleet') return segment.earned;
  return segment.kind === 'each' ? segment.leaves.map(({ earned }) => earned) : [];
}

function checkCounts(width: number, segments: number): void {
  if (width < 1 || width > 8)
    throw new FormatError('out-of-range', `amounts have 1 to 8 bytes, not ${width}`);
  if (segments < 1) throw new FormatError('out-of-range', 'there is no segment');
}
