import {
  type DevicePlan,
  deviceCell,
  draw,
  GOLDEN,
  ownerSeed,
  planFleet,
  type Reading,
  replay,
  replayOrigin,
  type SolarData,
} from '@commonwire/device';
import { balanceOf, encodeRegisters, Kind } from '@commonwire/sdk/device';
import { Keypair } from '@solana/web3.js';
import { DAY_SECONDS } from '../network-time';
import { ASKS, BIDS, HOUSEHOLDS, WITH_PANELS } from './plan';

const QUARTER = 900;
const HOUR = 3_600;
const SEED = 'commonwire demo street';

/**
 * Watts that a household draws in each hour of a summer's day, for 1,000 W on average. Made up after what utilities publish
 * as standard load profiles: least before dawn, a small peak at breakfast, and most when people come home and cool their rooms.
 */
export const LOAD_SHAPE: readonly bigint[] = [
  ...[550n, 480n, 440n, 430n, 450n, 560n, 800n, 1_050n, 1_000n, 900n, 880n, 940n],
  ...[1_010n, 1_060n, 1_080n, 1_160n, 1_300n, 1_550n, 1_750n, 1_800n, 1_650n, 1_380n, 1_030n, 750n],
];

/** A machine that runs for an hour on most days: a washing machine, a dryer or an oven. */
const MACHINE_WATTS = 2_000;

/** A house of the street. */
export interface Household {
  number: number;
  wallet: Keypair;
  meter: DevicePlan;
  /** Absent: it has none. */
  panels?: DevicePlan;
  /** Watts that it draws on average. */
  meanWatts: number;
  /** The most that it pays for a Wh, and the least that it takes for one. */
  maxPrice: bigint;
  minPrice: bigint;
}

/** The street in Golden, where the panels were measured: always the same. Houses stand on both sides, 20 m apart. */
export function planStreet(): Household[] {
  const size = { seed: SEED, honest: HOUSEHOLDS + WITH_PANELS, owners: HOUSEHOLDS, hostile: false };
  const plans = planFleet(size);
  return plans.slice(0, HOUSEHOLDS).map((plan, number): Household => {
    const latitude = GOLDEN.latitude + (number % 2) * 2_500;
    const longitude = GOLDEN.longitude + Math.floor(number / 2) * 2_500;
    const place = { latitude, longitude, h3Cell: deviceCell(latitude, longitude), tracker: false };
    const name = `house-${`${number + 1}`.padStart(2, '0')}`;
    const behind = number < WITH_PANELS ? plans[HOUSEHOLDS + number] : undefined;
    const capacityWatts = 500 * draw(SEED, 'panels', number, 10, 18);
    return {
      number,
      wallet: Keypair.fromSeed(ownerSeed(SEED, number)),
      meter: { ...plan, ...place, name: `${name} meter`, kind: Kind.meter, capacityWatts: 24_000 },
      ...(behind && { panels: { ...behind, ...place, name: `${name} panels`, capacityWatts } }),
      meanWatts: draw(SEED, 'load', number, 500, 1_400),
      maxPrice: BigInt(draw(SEED, 'bid', number, BIDS.least, BIDS.most)),
      minPrice: BigInt(draw(SEED, 'ask', number, ASKS.least, ASKS.most)),
    };
  });
}

/**
 * Wh that a household uses in a quarter of an hour: its share of the day's shape, by up to 30 % more or less, and on five days
 * of six a machine for an hour between 8 and 22 o'clock.
 * @param quarter quarters of an hour since the midnight at which the measured days begin
 */
export function demandOf(
  { number, meanWatts }: Pick<Household, 'number' | 'meanWatts'>,
  quarter: number,
): bigint {
  const [day, ofDay] = [Math.floor(quarter / 96), quarter % 96];
  const shape = LOAD_SHAPE[Math.floor(ofDay / 4)]!;
  const percent = BigInt(draw(SEED, `use ${number}`, quarter, 70, 130));
  const use = (BigInt(meanWatts) * shape * percent) / (4n * 1_000n * 100n);
  const begins = draw(SEED, `machine ${number}`, day, 32, 32 + 62);
  const runs = begins <= 84 && ofDay >= begins && ofDay < begins + 4;
  return runs ? use + BigInt((MACHINE_WATTS * QUARTER) / HOUR) : use;
}

/** What the panels of a household delivered on these days, which ascend: measured, and scaled to their size. */
export function* panelReadings(
  data: SolarData,
  panels: DevicePlan,
  days: readonly number[],
): Generator<Reading> {
  const origin = replayOrigin(data);
  for (const { start, seconds, wattHours } of replay(data, panels)) {
    const day = Math.floor((start - origin) / DAY_SECONDS);
    if (day > days.at(-1)!) return;
    if (days.includes(day)) yield { start, seconds, value: wattHours };
  }
}

/**
 * What a household's meter counted on these days. What its own panels give is used first: the rest is exported, or what is
 * missing imported. Without panels it imports all that it uses.
 */
export function* meterReadings(
  data: SolarData,
  household: Household,
  days: readonly number[],
): Generator<Reading> {
  const { panels } = household;
  const origin = replayOrigin(data);
  for (const { start, seconds, value } of panels
    ? panelReadings(data, panels, days)
    : quarters(origin, days)) {
    const used = demandOf(household, (start - origin) / QUARTER);
    const registers = { exported: surplus(value, used), imported: surplus(used, value) };
    yield { start, seconds, value: balanceOf(registers), extra: encodeRegisters(registers) };
  }
}

/** The quarters of an hour of these days, in which nothing is generated. */
function* quarters(origin: number, days: readonly number[]): Generator<Reading> {
  for (const day of days)
    for (let start = origin + day * DAY_SECONDS; start < origin + (day + 1) * DAY_SECONDS; start += QUARTER)
      yield { start, seconds: QUARTER, value: 0n };
}

const surplus = (one: bigint, other: bigint): number => Number(one > other ? one - other : 0n);
