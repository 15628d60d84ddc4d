import { loadSolarData, type Reading, replayOrigin } from '@commonwire/device';
import { balanceOf, decodeRegisters } from '@commonwire/sdk/device';
import { expect } from 'chai';
import {
  demandOf,
  type Household,
  LOAD_SHAPE,
  meterReadings,
  panelReadings,
  planStreet,
} from '../src/market/household';
import {
  ASKS,
  BIDS,
  DAILY_BUDGET,
  DAILY_CAPACITY,
  FEED_IN_TARIFF,
  GRID_TARIFF,
  HOUSEHOLDS,
  LOSS_BPS,
  WITH_PANELS,
} from '../src/market/plan';
import { savedBy } from '../src/market/sums';

const QUARTERS_A_DAY = 96;

describe('the street of the demo', () => {
  const street = planStreet();
  const data = loadSolarData();
  const days = [1];
  const dayOf = (household: Household, of: number): bigint[] =>
    Array.from({ length: QUARTERS_A_DAY }, (_, at) => demandOf(household, of * QUARTERS_A_DAY + at));
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n);

  it('is always the same, and each of its devices has its own key', () => {
    expect(planStreet()).to.deep.equal(street);
    const plans = street.flatMap(({ meter, panels }) => [meter, ...(panels ? [panels] : [])]);
    expect(plans).to.have.length(HOUSEHOLDS + WITH_PANELS);
    const keys = new Set(plans.map(({ publicKey }) => Buffer.from(publicKey).toString('hex')));
    expect(keys.size).to.equal(plans.length);
    expect(new Set(street.map(({ wallet }) => wallet.publicKey.toBase58())).size).to.equal(HOUSEHOLDS);
  });

  it('buys below what the grid takes, and sells above what the grid pays for what is lost too', () => {
    for (const { maxPrice, minPrice } of street) {
      expect(maxPrice >= BigInt(BIDS.least) && maxPrice < GRID_TARIFF).to.equal(true);
      expect(minPrice >= BigInt(ASKS.least) && minPrice < BigInt(BIDS.least)).to.equal(true);
    }
    expect(BigInt(ASKS.least) * (10_000n - BigInt(LOSS_BPS)) > FEED_IN_TARIFF * 10_000n).to.equal(true);
  });

  it('uses on a day about what its households draw on average, and most in the evening', () => {
    expect(sum(LOAD_SHAPE)).to.equal(24_000n);
    for (const household of street)
      for (const of of [0, 1, 50]) {
        const used = Number(sum(dayOf(household, of)));
        const mean = 24 * household.meanWatts;
        expect(used, `house ${household.number}, day ${of}`).to.be.within(mean * 0.9, mean * 1.1 + 2_000);
        expect(BigInt(used) * BigInt(BIDS.most) < DAILY_BUDGET).to.equal(true);
      }
    const together = (hour: number) =>
      sum(street.flatMap((household) => dayOf(household, 1).slice(4 * hour, 4 * hour + 4)));
    expect(together(19) > 2n * together(3)).to.equal(true);
  });

  it('uses something else in each household and on each day', () => {
    const days = street.flatMap((household) => [dayOf(household, 0).join(), dayOf(household, 1).join()]);
    expect(new Set(days).size).to.equal(2 * HOUSEHOLDS);
  });

  it('runs a machine for an hour on most days, never by night', () => {
    const runs = street.flatMap((household) => {
      const { number, meanWatts } = household;
      return [0, 1, 2, 3].map((of) =>
        dayOf(household, of).flatMap((used, at) => {
          const most = (BigInt(meanWatts) * LOAD_SHAPE[Math.floor(at / 4)]! * 130n) / 400_000n;
          return used > most ? [{ number, at }] : [];
        }),
      );
    });
    for (const quarters of runs) {
      expect(quarters.length).to.be.at.most(4);
      for (const { at } of quarters) expect(at).to.be.within(32, 87);
    }
    expect(runs.filter(({ length }) => length > 0).length).to.be.greaterThan(runs.length / 2);
  });

  it('meters every quarter of the day: what is generated and not used is exported, what is missing imported', () => {
    const origin = replayOrigin(data);
    for (const household of street) {
      const { panels } = household;
      const metered = [...meterReadings(data, household, days)];
      const own = new Map<number, bigint>();
      if (panels) for (const { start, value } of panelReadings(data, panels, days)) own.set(start, value);
      expect(metered.map(({ start }) => (start - origin) / 900)).to.deep.equal(
        Array.from({ length: QUARTERS_A_DAY }, (_, at) => QUARTERS_A_DAY + at),
      );
      for (const { start, seconds, value, extra } of metered) {
        const registers = decodeRegisters(extra!)!;
        expect(seconds).to.equal(900);
        expect(value).to.equal(balanceOf(registers));
        expect(value).to.equal((own.get(start) ?? 0n) - demandOf(household, (start - origin) / 900));
        expect(registers.exported === 0 || registers.imported === 0).to.equal(true);
      }
      const exported = metered.map(exportedIn).reduce((all, wh) => all + wh, 0);
      expect(exported > 0).to.equal(panels !== undefined);
      expect(BigInt(exported) < DAILY_CAPACITY).to.equal(true);
    }
  });
});

const exportedIn = ({ extra }: Reading): number => decodeRegisters(extra!)!.exported;

describe('what neighbours save', () => {
  it('is what the grid would have taken from buyers, and what sellers earn beyond its feed-in tariff', () => {
    // 97 Wh arrived of 100 that were exported: the grid would have taken 97 x 300, and paid 100 x 80.
    const traded = { units: 97n, paid: 97n * 200n, earned: 97n * 196n };
    expect(savedBy(traded)).to.equal(97n * 100n + (97n * 196n - 100n * 80n));
  });

  it('is nothing without trade, and counts a Wh that was lost in part as exported', () => {
    expect(savedBy({ units: 0n, paid: 0n, earned: 0n })).to.equal(0n);
    expect(savedBy({ units: 1n, paid: 300n, earned: 160n })).to.equal(0n);
  });
});
