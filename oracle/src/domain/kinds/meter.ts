import { balanceOf, decodeRegisters } from '@commonwire/sdk/device';
import { cellCentre, within } from '../place';
import type { Policy } from '../policy';
import type { ReasonCode } from '../reasons';
import { highestSun, SUNSET } from '../sun';
import type { Device, Report } from '../types';
import { clearSkyBound } from './energy/bounds';
import type { Site } from './energy/site';
import { reject, standAlone } from './findings';
import type { Finding, KindRules } from './kind';

const SECONDS_AN_HOUR = 3_600n;

/**
 * The most Wh that pass a connection in an interval. Rounded up, since registers count whole Wh: what is left of one
 * interval completes a Wh in the next.
 */
const connectionBound = (watts: number, seconds: number): bigint =>
  (BigInt(watts) * BigInt(seconds) + SECONDS_AN_HOUR - 1n) / SECONDS_AN_HOUR;

function check(report: Report, device: Device, policy: Policy): Finding | undefined {
  const cell = cellCentre(device.h3Cell);
  if (!cell) return reject('no-place');
  const place = { latitude: report.latitude / 1e7, longitude: report.longitude / 1e7 };
  // As for the panels behind it.
  if (!within(place, cell, policy.energy.place_metres)) return reject('away-from-cell');

  const registers = decodeRegisters(report.extra);
  if (!registers) return reject('bad-extra');
  if (report.value !== balanceOf(registers)) return reject('wrong-balance');
  const bound = connectionBound(device.capacity, report.seconds);
  // Each by itself: a balance could hide what passed both ways.
  const { exported, imported } = registers;
  return BigInt(exported) > bound || BigInt(imported) > bound ? reject('above-capacity') : undefined;
}

/** The rules for meters. They earn nothing: the market is cleared from their registers. */
export const meter: KindRules = {
  hasExtra: true,
  check,
  follow: standAlone,
  score: () => 0n,
  filling: { units: 1n, seconds: 3_600 },
  cellResolution: 10,
};

/** An interval in which a meter exported. */
export interface Exported {
  /** Unix seconds. */
  readonly start: number;
  readonly seconds: number;
  /** Wh. */
  readonly exported: bigint;
}

/**
 * Whether a meter exported more than the panels behind it can give under their sky, where those are known. Panels alone:
 * a battery may well export by night. The market asks for more: it sells no more than the devices themselves reported.
 * @returns the reason, or undefined if it can be
 */
export function beyondPanels(
  { start, seconds, exported }: Exported,
  panels: Site,
  policy: Policy,
): ReasonCode | undefined {
  const height = highestSun(start, seconds, panels.latitude, panels.longitude);
  // The register may complete a Wh that was begun before.
  if (exported <= clearSkyBound({ capacity: panels.capacity, seconds }, policy, height) + 1n)
    return undefined;
  return height < SUNSET ? 'sun-at-night' : 'above-clear-sky';
}
