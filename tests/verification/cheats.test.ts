import { expect } from 'chai';
import { type Ghost, ghost } from './cheats';
import { judge, judgeReadings, measured, refused } from './traces';

const GOLDEN = { latitude: 39.742, longitude: -105.18 };
const SOUTH_POLE = { latitude: -89.9, longitude: 0 };

/** What a made-up array claims, and what of it is accepted, in Wh for each W of capacity and day. */
function paid(plan: Ghost): { claimed: number; accepted: number } {
  const readings = ghost(plan);
  const verdicts = judgeReadings(plan, readings, 1);
  // A reading of which a part counts is accepted: rare, and at most a quarter of an hour.
  const sum = (counts: (i: number) => boolean) =>
    readings.reduce((all, { value }, i) => (counts(i) ? all + Number(value) : all), 0) /
    (plan.capacity * plan.days);
  return { claimed: sum(() => true), accepted: sum((i) => verdicts[i]!.outcome === 'accepted') };
}

describe('what made-up arrays get', function () {
  this.timeout(60_000);

  const winter = { capacity: 10_000, from: '2026-12-21', days: 2 };
  for (const [name, place, claims, ordinary] of [
    ['Golden', GOLDEN, 10, 7.7],
    ['South Pole', SOUTH_POLE, 32, 24.7],
  ] as const)
    for (const seconds of [300, 600])
      it(`${name}: the margin of cloud edges all day, in reports of ${seconds} s, pays no more than the ordinary one`, () => {
        const { claimed, accepted } = paid({ ...winter, ...place, seconds, share: 2 });
        expect(claimed).to.be.at.least(claims);
        expect(accepted).to.be.at.most(ordinary);
      });

  const days = { capacity: 10_000, days: 2, seconds: 900, share: 1.35 };
  for (const [name, place, from, mount, claims, most] of [
    ['Golden', GOLDEN, '2026-06-21', 'fixed', 15, 11],
    ['Golden', GOLDEN, '2026-06-21', 'one-axis', 15, 15],
    ['Golden', GOLDEN, '2026-06-21', 'two-axes', 15, 15.5],
    ['South Pole', SOUTH_POLE, '2026-12-21', 'fixed', 24, 10.5],
    ['South Pole', SOUTH_POLE, '2026-12-21', 'two-axes', 24, 23.1],
  ] as const)
    it(`${name}: as much as each reading may, all day, pays what a clear day gives ${mount} at most`, () => {
      const { claimed, accepted } = paid({ ...days, ...place, from, mount });
      expect(claimed).to.be.at.least(claims);
      expect(accepted).to.be.at.most(most);
    });

  const months = { capacity: 10_000, days: 60, seconds: 900, share: 1.35 };
  for (const [name, place, from, mount, claims, most] of [
    ['Golden', GOLDEN, '2026-05-21', 'unknown', 16, 13.7],
    ['Golden', GOLDEN, '2026-05-21', 'fixed', 15, 8.9],
    ['Golden', GOLDEN, '2026-05-21', 'two-axes', 15, 12.5],
    ['South Pole', SOUTH_POLE, '2026-11-21', 'unknown', 23, 21],
  ] as const)
    it(`${name}: as much as each reading may, for two months, pays what the climate gives ${mount} at most`, () => {
      const { claimed, accepted } = paid({ ...months, ...place, from, mount });
      expect(claimed).to.be.at.least(claims);
      expect(accepted).to.be.at.most(most);
    });

  it('no measured month is above what the climate gives, whatever mount is registered', () => {
    const { fixed, fixedMinutes, tracker, light } = measured();
    const beyond = (trace: Parameters<typeof judge>[0]) =>
      judge(trace).filter(({ reasons }) => reasons.includes('above-month')).length;
    for (const mount of ['unknown', 'fixed'] as const)
      for (const trace of [fixed, fixedMinutes, light])
        expect(beyond({ ...trace, mount }), trace.name).to.equal(0);
    for (const mount of ['unknown', 'one-axis', 'two-axes'] as const)
      expect(beyond({ ...tracker, mount }), mount).to.equal(0);
  });

  it('no measured reading of a registered mount is refused', () => {
    const { fixed, fixedMinutes, tracker, light } = measured();
    for (const trace of [fixed, fixedMinutes, light])
      expect(refused({ ...trace, mount: 'fixed' }).size, trace.name).to.equal(0);
    for (const mount of ['one-axis', 'two-axes'] as const)
      expect(refused({ ...tracker, mount }).size, mount).to.equal(0);
  });

  it('no measured reading is refused beside them', () => {
    const { fixed, fixedMinutes, tracker, light } = measured();
    for (const trace of [fixed, fixedMinutes, tracker, light]) expect(refused(trace).size).to.equal(0);
  });
});
