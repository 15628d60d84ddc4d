import { ascii, concat, i32, i64, ofLength, u8, u32, u64 } from '../core/bytes';
import { FormatError } from '../core/errors';
import { sha256 } from '../core/hash';
import { Reader } from '../core/reader';
import { MAX_KIND } from './kinds';

const DOMAIN = 'commonwire:report:v1';
const FIXED_BYTES = 126;

/** Longest report, bytes: 126 and up to 255 of `extra`. */
export const MAX_REPORT_BYTES = FIXED_BYTES + 0xff;

/** A device's measurement of one interval, as it signs it. */
export interface Report {
  /** Address of the network account, 32 bytes. */
  network: Uint8Array;
  /** The device's index in the registry, u32. */
  index: number;
  /** The owner whom the device serves, 32 bytes. */
  owner: Uint8Array;
  /** Grows with `start`, u64. */
  sequence: bigint;
  /** Start of the interval, unix s; below 2^53. */
  start: number;
  /** Length of the interval, s, u32. */
  seconds: number;
  /** See `Kind`: 1 to 7. */
  kind: number;
  /** In the kind's unit, i64. */
  value: bigint;
  /** 1e-7 degree, north positive, at most 90 degrees. */
  latitude: number;
  /** 1e-7 degree, east positive, at most 180 degrees. */
  longitude: number;
  /** Up to 255 bytes that kinds may define. */
  extra: Uint8Array;
}

/** A report as it travels over HTTP: both in standard base64. The signature is not part of the report's bytes. */
export interface SignedReport {
  report: string;
  signature: string;
}

/**
 * Encodes a report as the bytes that a device signs.
 * @throws FormatError `out-of-range`, `wrong-length`, `unknown-kind` for a value that the format can't carry
 */
export function encodeReport(report: Report): Uint8Array {
  checkRanges(report);
  return concat(
    ascii(DOMAIN),
    ofLength(32, report.network, 'network'),
    u32(report.index),
    ofLength(32, report.owner, 'owner'),
    u64(report.sequence),
    u64(BigInt(report.start)),
    u32(report.seconds),
    u8(report.kind),
    i64(report.value),
    i32(report.latitude),
    i32(report.longitude),
    u8(report.extra.length),
    report.extra,
  );
}

/**
 * Decodes exactly one report. Doesn't decide whether its values are plausible.
 * @throws FormatError `truncated`, `trailing-bytes`, `wrong-domain`, `out-of-range` (start or position), `unknown-kind`
 */
export function decodeReport(bytes: Uint8Array): Report {
  const reader = new Reader(bytes);
  reader.domain(DOMAIN);
  const report: Report = {
    network: reader.bytes(32),
    index: reader.u32(),
    owner: reader.bytes(32),
    sequence: reader.u64(),
    start: Number(reader.u64()),
    seconds: reader.u32(),
    kind: reader.u8(),
    value: reader.i64(),
    latitude: reader.i32(),
    longitude: reader.i32(),
    extra: reader.bytes(reader.u8()),
  };
  reader.end();
  checkRanges(report);
  return report;
}

/** Returns the hash that identifies a report: the SHA-256 of its bytes, without the signature. */
export const reportHash = (bytes: Uint8Array): Uint8Array => sha256(bytes);

function checkRanges({ start, kind, latitude, longitude }: Report): void {
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new FormatError('out-of-range', `start ${start} is not a time in whole seconds`);
  }
  if (kind < 1 || kind > MAX_KIND) throw new FormatError('unknown-kind', `${kind} is not a kind`);
  if (Math.abs(latitude) > 900_000_000 || Math.abs(longitude) > 1_800_000_000) {
    throw new FormatError('out-of-range', `position ${latitude}, ${longitude} is not on the globe`);
  }
}
