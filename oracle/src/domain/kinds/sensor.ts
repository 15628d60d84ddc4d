import { cellCentre, within } from '../place';
import type { Policy } from '../policy';
import type { Device, Report } from '../types';
import { reject, zero } from './findings';
import type { Finding, Followed, KindRules, Placed } from './kind';
import { shortHours } from './sensor/hours';
import { hasEnough, limitsOf, readMeasured } from './sensor/reading';
import { jumps, stillness, toReadings } from './sensor/series';

function check(report: Report, device: Device, { sensor: policy }: Policy): Finding | undefined {
  const cell = cellCentre(device.h3Cell);
  if (!cell) return reject('no-place');
  const place = { latitude: report.latitude / 1e7, longitude: report.longitude / 1e7 };
  if (!within(place, cell, policy.place_metres)) return reject('away-from-cell');

  const measured = readMeasured(report);
  if (!measured) return reject('bad-extra');
  const limits = limitsOf(measured.quantity, policy);
  if (!limits) return reject('unknown-quantity');
  const { value, seconds } = report;
  if (value < BigInt(limits.least) || value > BigInt(limits.most)) return reject('out-of-bounds');
  const size = value < 0n ? -value : value;
  if (size > BigInt(device.capacity)) return reject('above-capacity');
  return hasEnough(seconds, measured.samples, limits, policy) ? undefined : zero('too-few-samples');
}

function follow(series: readonly Placed[], _device: Device, { sensor: policy }: Policy): Followed[] {
  const readings = toReadings(series, policy);
  const { still, frozen } = stillness(readings);
  const jumped = jumps(readings);
  const short = shortHours(
    readings.filter((_, i) => !frozen.has(i) && !jumped.has(i)),
    policy,
  );
  return readings.flatMap((reading, i): Followed[] => {
    if (!reading.judged) return [];
    if (frozen.has(i)) return [{ finding: reject('frozen-value'), stillSeconds: still[i]! }];
    if (jumped.has(i)) return [{ finding: reject('jump'), stillSeconds: 0 }];
    const stillSeconds = still[i]!;
    return [short.has(reading) ? { finding: zero('too-few-samples'), stillSeconds } : { stillSeconds }];
  });
}

/** The rules for sensors; every second measured counts the same, whatever was measured. */
export const sensor: KindRules = {
  hasExtra: true,
  check,
  follow,
  score: ({ seconds }) => BigInt(seconds),
  load: () => 1,
  filling: { units: 1n, seconds: 1 },
  cellResolution: 7,
};
