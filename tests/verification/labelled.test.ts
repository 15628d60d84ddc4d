import { expect } from 'chai';
import { planFleet } from '../../app/device/src/plan';
import { loadSolarData, replay } from '../../app/device/src/solar';
import { type DetectableFault, faultNames } from './faults';
import { precision, recall, refusedShare, score, scored } from './score';
import { averaged, clipped, judgeReadings, measured, shifted, stepped, type Trace } from './traces';

describe('verdicts on measured power with labelled faults', function () {
  this.timeout(60_000);

  /** The lowest recall allowed in [fixed array, its hourly means, its minutes, tracker]. */
  const least: Record<DetectableFault, readonly [number, number, number, number]> = {
    stale: [0.95, 0.9, 0.98, 0.95],
    'stale-overnight': [0.98, 0.95, 0.98, 0.98],
    'stale-short': [0.95, 0.8, 0.75, 0.95],
    'stale-days': [0.95, 0.85, 0.98, 0.95],
    // At night these values are honest, and zeros also by day. The tracker's nights are all zeros.
    'stale-from-night': [0.45, 0.2, 0.9, 0],
    // Ten times the power at dawn or on a dark day is still plausible under the sun.
    unit: [0.65, 0.6, 0.55, 0.4],
    // In hourly means many straight lines have one reading between their ends, which chance explains.
    interpolated: [0.95, 0.55, 0.93, 0.9],
    'spike-large': [1, 1, 1, 1],
    // Many of them could be caused by a gap in the clouds.
    'spike-small': [0.6, 0.55, 0.6, 0.55],
    'spike-group': [0.6, 0.55, 0.7, 0.45],
    negative: [1, 1, 1, 1],
    'night-power': [1, 1, 1, 1],
    'stale-noisy': [0.95, 0.5, 0.6, 0.98],
    // Its first hours show too little until the next epoch.
    replay: [0.85, 0.55, 0.95, 0.7],
    'catch-up': [0.85, 0.65, 0.75, 0.75],
  };
  for (const fault of faultNames) {
    for (const [i, trace] of scored().entries()) {
      it(`${fault} in ${trace.name}`, () => {
        const result = score(trace, fault);
        expect(recall(result)).to.be.at.least(least[fault][i]!);
        if (result.caught > 0) expect(precision(result)).to.be.at.least(0.99);
      });
    }
  }
});

describe('verdicts on unchanged measured power', function () {
  this.timeout(60_000);

  const { fixed, fixedMinutes, tracker, light } = measured();
  const all = [fixed, fixedMinutes, tracker, light];
  const means = [averaged(fixed, 2), averaged(fixed, 4), averaged(fixedMinutes, 5), averaged(light, 15)];
  const coarse = (trace: Trace) => [600, 150, 60, 30].map((steps) => stepped(trace, trace.capacity / steps));
  const limited = (trace: Trace) => [0.52, 0.63, 0.74, 0.81].map((share) => clipped(trace, share));

  for (const [name, traces, most] of [
    ['reject nothing in any trace', all, 0],
    ['reject nothing in means over longer intervals', means, 0],
    [
      'reject nothing with a clock five minutes off',
      all.flatMap((it) => [shifted(it, 300), shifted(it, -300)]),
      0,
    ],
    ['reject nothing from meters that count in coarse steps', all.flatMap(coarse), 0],
    ['reject almost nothing with a clipping inverter', all.flatMap(limited), 0.006],
  ] as const) {
    it(name, () => {
      for (const trace of traces) expect(refusedShare(trace), trace.name).to.be.at.most(most);
    });
  }

  it('accept everything from a fleet with whole Wh, from 3 to 12 kW', () => {
    const data = loadSolarData();
    for (const plan of planFleet({ seed: 'commonwire', hostile: false })) {
      const readings = [...replay(data, plan)].map(({ wattHours, ...interval }) => ({
        ...interval,
        value: wattHours,
      }));
      const [latitude, longitude] = [plan.latitude / 1e7, plan.longitude / 1e7];
      const verdicts = judgeReadings({ capacity: plan.capacityWatts, latitude, longitude }, readings, 1);
      expect(
        verdicts.filter(({ outcome }) => outcome !== 'accepted'),
        plan.name,
      ).to.deep.equal([]);
    }
  });
});
