import { expect } from 'chai';
import { type DetectableFault, type Fault, withFault } from './faults';
import { plans } from './site-plans';
import { make, type Plan } from './sites';
import { judge, refused, type Trace } from './traces';

const named = (name: string): Plan => plans.find((plan) => plan.name === name)!;
/** A site with levels that no rule can distinguish from a frozen meter the first time. */
const AMBIGUOUS = 'curtailed to 35 %';

describe('verdicts on honest power from other sites', function () {
  this.timeout(60_000);

  const byDay = ({ samples, capacity }: Trace): number =>
    samples.filter(({ watts }) => watts > capacity / 100).length;
  for (const plan of plans) {
    it(plan.name, () => {
      const trace = make(plan);
      const most = plan.name === AMBIGUOUS ? 0.05 : 0.001;
      const verdicts = judge(trace);
      const rejected = verdicts.filter(({ outcome }) => outcome === 'rejected');
      expect(rejected.length / byDay(trace)).to.be.at.most(most);
      expect(verdicts.filter(({ reasons }) => reasons.includes('above-month'))).to.deep.equal([]);
    });
  }

  const changes: Record<string, (trace: Trace) => Trace> = {
    'tens of kilometres off': (it) => ({
      ...it,
      latitude: it.latitude + 0.35,
      longitude: it.longitude + 0.4,
    }),
    'with a different nameplate capacity': (it) => ({ ...it, capacity: Math.round(it.capacity * 1.3) }),
    'rounded to a thousandth of the capacity': (it) => {
      const step = it.capacity / 1000;
      const rounded = it.samples.map(({ start, watts }) => ({
        start,
        watts: Math.round(watts / step) * step,
      }));
      return { ...it, samples: rounded };
    },
    'with days and single readings missing': (it) => {
      const left = it.samples.filter((_, i) => (i * 7919) % 23 !== 0 && Math.floor(i / 200) % 7 !== 3);
      return { ...it, samples: left };
    },
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`all sites, ${name}`, () => {
      let [bad, all] = [0, 0];
      for (const plan of plans) {
        // Curtailment is recognized by its share of the registered capacity.
        if (plan.curtailed) continue;
        const trace = change(make({ ...plan, days: Math.min(plan.days, 30) }, 2));
        bad += refused(trace).size;
        all += byDay(trace);
      }
      expect(bad / all).to.be.at.most(0.0005);
    });
  }
});

describe('verdicts on days of other sites with their mount registered', function () {
  this.timeout(60_000);

  it('no day is above what its mount gives', () => {
    for (const plan of plans) {
      const trace = make({ ...plan, days: Math.min(plan.days, 20) }, 3);
      const mount = plan.facing === 'tracker' ? 'one-axis' : 'fixed';
      const capacity = Math.max(plan.capacity, plan.panels ?? 0);
      const above = judge({ ...trace, capacity, mount }).filter(({ reasons }) =>
        reasons.includes('above-clear-day'),
      );
      expect(above, plan.name).to.have.length(0);
    }
  });
});

describe('verdicts on labelled faults at other sites', function () {
  this.timeout(60_000);

  let traces: { trace: Trace; before: ReadonlySet<number> }[];
  before(() => {
    const made = plans.filter(({ night }) => night !== null).map((plan) => make({ ...plan, days: 20 }, 5));
    traces = made.map((trace) => ({ trace, before: refused(trace) }));
  });

  /**
   * Counts faulty readings, those of them that are rejected or zeroed, and others that are rejected because of them.
   */
  function count(fault: Fault): { faulty: number; caught: number; zeroed: number; wrong: number } {
    const total = { faulty: 0, caught: 0, zeroed: 0, wrong: 0 };
    for (const { trace, before } of traces) {
      const { samples, labels } = withFault(trace.samples, fault, {
        capacity: trace.capacity,
        cases: 6,
        seed: 77,
      });
      for (const [i, { outcome }] of judge({ ...trace, samples }).entries()) {
        if (labels[i]) {
          total.faulty++;
          if (outcome === 'rejected') total.caught++;
          if (outcome === 'zeroed') total.zeroed++;
        } else if (outcome === 'rejected' && !before.has(i)) total.wrong++;
      }
    }
    return total;
  }

  /**
   * The lowest shares allowed. Less is detected at coarse, clipped and curtailed sites, and nights are rightly
   * constant.
   */
  const least: Partial<Record<DetectableFault, number>> = {
    stale: 0.6,
    'stale-short': 0.5,
    'stale-overnight': 0.8,
    'stale-days': 0.8,
    unit: 0.65,
    interpolated: 0.85,
    'spike-large': 1,
    'spike-small': 0.45,
    'spike-group': 0.45,
    negative: 1,
    'night-power': 0.97,
  };
  for (const [fault, share] of Object.entries(least)) {
    it(fault, () => {
      const { faulty, caught, wrong } = count(fault as DetectableFault);
      expect(caught / faulty).to.be.at.least(share);
      expect(caught / (caught + wrong)).to.be.at.least(0.97);
    });
  }

  it('zeros for at least five hours: never rejected, zeroed under a high sun', () => {
    const { faulty, caught, zeroed } = count('zero');
    expect(caught).to.equal(0);
    expect(zeroed / faulty).to.be.at.least(0.3);
  });

  it('snow is not rejected', () => {
    const trace = make(named('65 N south with snow'));
    const verdicts = judge(trace);
    expect(verdicts.filter(({ outcome }) => outcome === 'rejected')).to.deep.equal([]);
    expect(
      verdicts.some(({ outcome, reasons }) => outcome === 'zeroed' && reasons[0] === 'frozen-value'),
    ).to.equal(true);
  });
});
