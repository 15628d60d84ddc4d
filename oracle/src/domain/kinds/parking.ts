import { Reader } from '@commonwire/sdk/core';
import { cellAt, isInCell } from '../place';
import type { Policy } from '../policy';
import type { Device, Report } from '../types';
import { reject, standAlone } from './findings';
import type { Finding, KindRules } from './kind';

/** Resolution of the cells that devices are fixed to: about 10 m across. */
const FIXED = 12;
const CHANGES_BYTES = 4;

function check(report: Report, device: Device, { parking: policy }: Policy): Finding | undefined {
  const cell = cellAt(device.h3Cell, FIXED);
  if (cell === undefined) return reject('no-place');
  const place = { latitude: report.latitude / 1e7, longitude: report.longitude / 1e7 };
  if (!isInCell(place, cell)) return reject('away-from-cell');

  const { value, seconds, extra } = report;
  if (value < 0n) return reject('negative');
  const baySeconds = seconds * device.capacity;
  if (value > BigInt(baySeconds)) return reject('above-capacity');
  if (extra.length === 0) return undefined;
  if (extra.length !== CHANGES_BYTES) return reject('bad-extra');
  const changes = new Reader(extra).u32();
  return changes * policy.change_seconds > baySeconds ? reject('too-many-changes') : undefined;
}

/** The rules for parking; every second that a bay was occupied counts the same. */
export const parking: KindRules = {
  hasExtra: true,
  check,
  follow: standAlone,
  score: ({ value }) => value,
  filling: { units: 1n, seconds: 1 },
  cellResolution: 10,
};
