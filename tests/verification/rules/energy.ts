/** Power that was measured or made up, with faults and without. */
import { domain } from '@commonwire/oracle';
import { cellOf } from '../../../oracle/test/domain/cells';
import { type Fault, faultNames, undetectable, withFault } from '../faults';
import { plans } from '../site-plans';
import { make } from '../sites';
import { averaged, clipped, days, judge, measured, shifted, stepped, type Trace } from '../traces';
import { type Fixture, type Judged, verdictOf } from './fixture';
import { randomPower } from './random-power';

const ofTraces = (traces: readonly Trace[]): Judged => ({
  inputs: (function* () {
    for (const { name, samples, seconds, capacity, latitude, longitude } of traces) {
      yield `${name} ${seconds} ${capacity} ${latitude} ${longitude}`;
      for (const { start, watts } of samples) yield `${start} ${Math.round(watts * 1000)}`;
    }
  })(),
  verdicts: (function* () {
    for (const trace of traces) for (const verdict of judge(trace)) yield verdictOf(verdict);
  })(),
});

const faults: readonly Fault[] = [...faultNames, ...undetectable];

/** Many of what is a single reading, so that some are near a bound. */
const casesOf = (fault: Fault, usual: number): number => (fault.startsWith('spike') ? 20 * usual : usual);

const faulty = (trace: Trace, fault: Fault, cases: number): Trace => ({
  ...trace,
  name: `${trace.name}, ${fault}`,
  samples: withFault(trace.samples, fault, {
    capacity: trace.capacity,
    cases: casesOf(fault, cases),
    seed: 2024,
  }).samples,
});

/** Real meters and inverters of the measured arrays. */
function meters(): Trace[] {
  const { fixed, fixedMinutes, tracker, light } = measured();
  const month = days(fixed, 0, 30);
  return [
    fixed,
    fixedMinutes,
    tracker,
    light,
    averaged(fixed, 4),
    averaged(light, 15),
    shifted(month, 300),
    ...[600, 150, 30].map((steps) => stepped(month, month.capacity / steps)),
    ...[0.52, 0.74].map((share) => clipped(month, share)),
  ];
}

function measuredFaults(): Trace[] {
  const { fixed, fixedMinutes, tracker } = measured();
  const part = days(fixed, 60, 90);
  const traces = [part, averaged(part, 4), fixedMinutes, tracker];
  return faults.flatMap((fault) => traces.map((trace) => faulty(trace, fault, trace.seconds >= 900 ? 5 : 2)));
}

const DAYS = 12;
const sites = (): Trace[] => plans.map((plan) => make({ ...plan, days: Math.min(plan.days, DAYS) }, 9));

/** Each site with one fault of four: together every fault is put into a quarter of them. */
const siteFaults = (): Trace[] =>
  sites().flatMap((trace, i) =>
    faults.filter((_, k) => (i + k) % 4 === 0).map((fault) => faulty(trace, fault, 2)),
  );

/** Power that comes and goes by about the capacity, for longer than a spike, at noon of a summer's day in Golden. */
function leaps(): Trace[] {
  const start = Date.parse('2026-06-21T18:00:00Z') / 1000;
  const { latitude, longitude } = measured().fixed;
  return [900, 1_800].flatMap((seconds) =>
    [0.95, 1, 1.05, 1.1, 1.2, 1.3].map((high) => {
      const levels = [0.1, 0.104, 0.11, 0.121, high, high + 0.003, high - 0.002, high + 0.001, 0.13, 0.11];
      const samples = levels.map((level, i) => ({ start: start + i * seconds, watts: level * 6_000 }));
      return { name: `leaps to ${high}`, samples, seconds, capacity: 6_000, latitude, longitude };
    }),
  );
}

const WATTS = 100_000_000;
const PLACES = [-67, -38, -12, 0, 23, 40, 52, 66].map((latitude, i) => ({
  latitude,
  longitude: i * 47 - 180,
}));
const DATES = ['2024-03-20', '2024-06-21', '2025-11-05'];
const LENGTHS = [60, 900, 3_600];

/** The most that a report may say, hour by hour all over the globe: a hundred megawatts show the bound finely. */
function bounds(): Judged {
  const policy = domain.parsePolicy(
    { rules_version: domain.RULES_VERSION, epoch_budget: '0', device_epoch_cap: '0' },
    { development: false },
  );
  const kind = domain.kindOf(1)!;
  const inputs: string[] = [];
  const verdicts: string[] = [];
  for (const { latitude, longitude } of PLACES) {
    const h3Cell = cellOf(latitude, longitude, 10);
    const nobody = new Uint8Array(32);
    const key = { keyType: 0, deviceKey: nobody, owner: nobody };
    const device = { index: 0, ...key, kind: 1, h3Cell, capacity: WATTS };
    const place = { latitude: latitude * 1e7, longitude: longitude * 1e7 };
    for (const seconds of LENGTHS) {
      for (const date of DATES) {
        for (let hour = 0; hour < 24; hour++) {
          const start = Date.parse(`${date}T00:00:00Z`) / 1000 + hour * 3_600;
          const report = { network: nobody, index: 0, owner: nobody, sequence: 0n, kind: 1, extra: nobody };
          const judged = (value: bigint) =>
            kind.check({ ...report, ...place, start, seconds, value }, device, policy);
          let [passes, fails] = [0n, BigInt(WATTS) * 2n];
          while (fails - passes > 1n) {
            const middle = (passes + fails) / 2n;
            if (judged(middle)?.outcome === 'rejected') fails = middle;
            else passes = middle;
          }
          inputs.push(`${latitude} ${longitude} ${start} ${seconds}`);
          verdicts.push(`rejected/${judged(fails)!.reason} ${fails}`);
        }
      }
    }
  }
  return { inputs, verdicts };
}

export const energyFixtures: readonly Fixture[] = [
  { name: 'bounds of energy all over the globe', judge: bounds },
  { name: 'measured power', judge: () => ofTraces(meters()) },
  { name: 'measured power with faults', judge: () => ofTraces(measuredFaults()) },
  { name: 'power that leaps', judge: () => ofTraces(leaps()) },
  { name: 'power by chance', judge: () => ofTraces(Array.from({ length: 2_000 }, (_, i) => randomPower(i))) },
  { name: 'power of other sites', judge: () => ofTraces(sites()) },
  { name: 'power of other sites with faults', judge: () => ofTraces(siteFaults()) },
];
