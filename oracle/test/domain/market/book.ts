/** Made-up markets for tests. */
import { Kind } from '@commonwire/sdk/device';
import fc from 'fast-check';
import {
  type ClearingInput,
  type EnergyOffer,
  type EnergyOrder,
  INTERVAL,
  type MarketDevice,
  type MeteredReport,
  toBase58,
} from '../../../src/domain';
import { address } from '../support';

export const START = 1_782_000_000;
export const AREA = toBase58(address('area'));
export const named = (name: string): string => toBase58(address(name));

/** A house: its meter is device 2n, the panels behind it are device 2n + 1. */
export interface House {
  /** Wh of each interval. */
  readonly exported: readonly number[];
  readonly imported: readonly number[];
  readonly generated: readonly number[];
  readonly ask?: number;
  readonly capacity?: number;
  readonly bid?: number;
  readonly budget?: number;
}

export const meterOf = (house: number): number => 2 * house;
export const panelsOf = (house: number): number => 2 * house + 1;

export const quarter = (device: number, interval: number, out: number, taken = 0): MeteredReport => ({
  device,
  start: START + interval * INTERVAL,
  seconds: INTERVAL,
  out: BigInt(out),
  in: BigInt(taken),
});

/** A market of these houses, each with an offer and an order where it names a price. */
export function marketOf(houses: readonly House[], changes: Partial<ClearingInput> = {}, lossBps = 0) {
  const intervals = Math.max(...houses.map(({ exported }) => exported.length));
  const span = { from: START, end: START + intervals * INTERVAL };
  const devices = houses.flatMap((_, i): MarketDevice[] => [
    { kind: Kind.meter, owner: named(`house ${i}`) },
    { kind: Kind.energy, owner: named(`house ${i}`) },
  ]);
  const common = (i: number) => ({ ...span, owner: named(`house ${i}`), area: AREA, meter: meterOf(i) });
  const input: ClearingInput = {
    book: {
      lateSeconds: 7_200,
      areas: [{ address: AREA, lossBps }],
      meters: houses.map((_, i) => ({ ...span, area: AREA, device: meterOf(i) })),
      offers: houses.flatMap(({ ask, capacity = 1e9 }, i): EnergyOffer[] =>
        ask === undefined
          ? []
          : [
              {
                ...common(i),
                address: named(`offer ${i}`),
                birth: BigInt(2 * i + 1),
                generators: [panelsOf(i)],
                ask: BigInt(ask),
                capacity: BigInt(capacity),
              },
            ],
      ),
      orders: houses.flatMap(({ bid, budget = 1e12 }, i): EnergyOrder[] =>
        bid === undefined
          ? []
          : [
              {
                ...common(i),
                address: named(`order ${i}`),
                birth: BigInt(2 * i + 2),
                maxPrice: BigInt(bid),
                budget: BigInt(budget),
              },
            ],
      ),
    },
    device: (index) => devices[index],
    reports: houses.flatMap(({ exported, imported, generated }, i) => [
      ...exported.map((out, k) => quarter(meterOf(i), k, out, imported[k])),
      ...generated.map((out, k) => quarter(panelsOf(i), k, out)),
    ]),
    usage: [],
    clearedUntil: START,
    cutTime: span.end + 7_200,
    ...changes,
  };
  return input;
}

/** A house whose registers move by so many Wh in each of `intervals`. */
export const house = (intervals: number, most: number): fc.Arbitrary<House> => {
  const energy = fc.array(fc.nat({ max: most }), { minLength: intervals, maxLength: intervals });
  return fc.record(
    {
      exported: energy,
      imported: energy,
      generated: energy,
      ask: fc.integer({ min: 1, max: 6 }),
      capacity: fc.nat({ max: 2 * most }),
      bid: fc.integer({ min: 1, max: 6 }),
      budget: fc.nat({ max: 8 * most }),
    },
    { requiredKeys: ['exported', 'imported', 'generated'] },
  );
};
