import { FormatError, Reader } from '@commonwire/sdk/core';
import { cellCentre, within } from '../place';
import type { Policy } from '../policy';
import type { Device, Report } from '../types';
import { reject, standAlone, zero } from './findings';
import type { Finding, KindRules } from './kind';

const BYTES_A_KILOBIT = 125n;

function check(report: Report, device: Device, { bandwidth: policy }: Policy): Finding | undefined {
  const cell = cellCentre(device.h3Cell);
  if (!cell) return reject('no-place');
  const { value, seconds, extra } = report;
  if (value < 0n) return reject('negative');
  if (value > BigInt(device.capacity) * BigInt(seconds) * BYTES_A_KILOBIT) return reject('above-capacity');
  if (extra.length > 0) {
    const counters = readCounters(extra);
    if (!counters) return reject('bad-extra');
    if (value > counted(counters)) return reject('above-counter');
  }
  const place = { latitude: report.latitude / 1e7, longitude: report.longitude / 1e7 };
  if (within(place, cell, policy.full_metres)) return undefined;
  if (!within(place, cell, policy.reduced_metres)) return zero('away-from-cell');
  return { outcome: 'reduced', reason: 'far-from-cell', quality: policy.reduced_ppm };
}

/** The link's counter of bytes since it started, as the interval began and as it ended. */
interface Counters {
  readonly before: bigint;
  readonly after: bigint;
}

/** Returns the bytes a counter has certainly counted: one that fell restarted at zero, whatever its width. */
const counted = ({ before, after }: Counters): bigint => (after < before ? after : after - before);

function readCounters(extra: Uint8Array): Counters | undefined {
  const reader = new Reader(extra);
  try {
    const counters = { before: reader.u64(), after: reader.u64() };
    reader.end();
    return counters;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The rules for bandwidth; every byte carried counts the same. */
export const bandwidth: KindRules = {
  hasExtra: true,
  check,
  follow: standAlone,
  score: ({ value }) => value,
  filling: { units: BYTES_A_KILOBIT, seconds: 1 },
  cellResolution: 10,
};
