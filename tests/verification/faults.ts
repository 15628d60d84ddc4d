/** Injects faults into measured power and labels each reading, so that the ground truth is known. */

/** A reading of a trace: the start of its interval in unix seconds, and its mean watts. */
export interface Sample {
  readonly start: number;
  readonly watts: number;
}

/** A trace with a label for each reading: its fault, or undefined if it is unchanged. */
export interface Labelled {
  readonly samples: readonly Sample[];
  readonly labels: readonly (Fault | undefined)[];
}

export type Fault = keyof typeof faults;

/** Returns a generator of numbers from 0 to 1 that depend only on the seed (mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The input of a fault, which changes `watts` and returns the changed indices. */
interface Work {
  readonly watts: number[];
  /** Measured readings with more than a twentieth of the capacity. */
  readonly day: readonly number[];
  readonly night: readonly number[];
  /** Seconds from one reading to the next. */
  readonly step: number;
  readonly capacity: number;
  readonly random: () => number;
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;
const between = (low: number, high: number, random: () => number): number => low + (high - low) * random();

/** Returns the readings of a random stretch that starts by day and lasts `least` to `most` hours, within the trace. */
function stretch({ watts, day, step, random }: Work, least: number, most: number, from = day): number[] {
  const first = pick(from, random);
  const length = Math.max(3, Math.round((between(least, most, random) * 3600) / step));
  return Array.from({ length }, (_, i) => first + i).filter((i) => i < watts.length);
}

const each = (work: Work, indices: readonly number[], change: (watts: number) => number): number[] => {
  for (const i of indices) work.watts[i] = change(work.watts[i]!);
  return [...indices];
};

const singles = (work: Work, from: readonly number[], change: (watts: number) => number): number[] =>
  each(work, [pick(from, work.random)], change);

/** Every fault by name, as a function that injects one case. */
const faults = {
  /** A meter or gateway repeats its last value by day, for one to six hours. */
  stale: (work: Work) => {
    const indices = stretch(work, 1, 6);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** The same through the night and longer. */
  'stale-overnight': (work: Work) => {
    const indices = stretch(work, 12, 30);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** A meter or gateway repeats its last value for half an hour to an hour. */
  'stale-short': (work: Work) => {
    const indices = stretch(work, 0.5, 1);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** The same for one to three days. */
  'stale-days': (work: Work) => {
    const indices = stretch(work, 24, 72);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** A value that is repeated with a noise of one ten-thousandth. */
  'stale-noisy': (work: Work) => {
    const indices = stretch(work, 1, 6);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value * (1 + 0.0001 * between(-1, 1, work.random)));
  },
  /** A logger repeats a value of the night, small or zero, through the next day. */
  'stale-from-night': (work: Work) => {
    const indices = stretch(work, 14, 30, work.night);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** A device is off, or a logger has lost its meter, for five hours to two days. */
  zero: (work: Work) => each(work, stretch(work, 5, 48), () => 0),
  /** Values are in a different unit for some hours. */
  unit: (work: Work) => each(work, stretch(work, 2, 8), (watts) => watts * 10),
  /** A day is recorded some hours too late. */
  'day-shift': (work: Work) => {
    const length = Math.round(86_400 / work.step);
    const first = pick(work.day, work.random) - Math.round(length / 3);
    const by = Math.round((between(2, 6, work.random) * 3600) / work.step);
    if (first - by < 0) return [];
    const earlier = [...work.watts];
    const indices = Array.from({ length }, (_, i) => first + i).filter((i) => i < work.watts.length);
    for (const i of indices) work.watts[i] = earlier[i - by]!;
    return indices;
  },
  /** The previous day is repeated. */
  replay: (work: Work) => {
    const length = Math.round(86_400 / work.step);
    const first = pick(work.day, work.random);
    if (first < length) return [];
    const indices = Array.from({ length }, (_, i) => first + i).filter((i) => i < work.watts.length);
    for (const i of indices) work.watts[i] = work.watts[i - length]!;
    // Nights are alike.
    return indices.filter((i) => work.watts[i]! > work.capacity / 100);
  },
  /** A logger fills missing hours with a straight line. */
  interpolated: (work: Work) => {
    const indices = stretch(work, 1.5, 5);
    const [first, last] = [indices[0]!, indices.at(-1)!];
    const [a, b] = [work.watts[first]!, work.watts[last]!];
    for (const i of indices) work.watts[i] = a + ((b - a) * (i - first)) / (last - first);
    return indices.slice(1, -1);
  },
  /** Single readings far above the others. */
  'spike-large': (work: Work) => singles(work, work.day, () => work.capacity * between(1.5, 6, work.random)),
  /** Single readings of 1.5 to 3 times the measured value. */
  'spike-small': (work: Work) => singles(work, work.day, (watts) => watts * between(1.5, 3, work.random)),
  /** Two to four readings in a row of 1.5 to 6 times the measured value. */
  'spike-group': (work: Work) => {
    const first = pick(work.day, work.random);
    const length = 2 + Math.floor(work.random() * 3);
    const indices = Array.from({ length }, (_, i) => first + i).filter((i) => i < work.watts.length);
    const factor = between(1.5, 6, work.random);
    return each(work, indices, (watts) => watts * factor);
  },
  /** A logger gets nothing for one to eight readings, writes zeros, and then their energy in one. */
  'catch-up': (work: Work) => {
    const first = pick(work.day, work.random);
    const length = 1 + Math.floor(work.random() * Math.min(8, Math.max(1, 7200 / work.step)));
    const sum = first + length;
    if (sum >= work.watts.length) return [];
    const total = work.watts.slice(first, sum + 1).reduce((all, watts) => all + Math.max(0, watts), 0);
    for (let i = first; i < sum; i++) work.watts[i] = 0;
    work.watts[sum] = total;
    return [sum];
  },
  /** Single readings near zero by day. */
  'spike-down': (work: Work) => singles(work, work.day, (watts) => watts * between(0, 0.1, work.random)),
  negative: (work: Work) => singles(work, work.day, () => -work.capacity * between(0.05, 1, work.random)),
  /** Power at night. */
  'night-power': (work: Work) =>
    singles(work, work.night, () => work.capacity * between(0.05, 1, work.random)),
} as const;

/** Faults that no rule can reject for certain: they earn nothing, or could have been caused by weather. */
export const undetectable = ['zero', 'spike-down', 'day-shift'] as const satisfies Fault[];

/** A fault that the rules should reject. */
export type DetectableFault = Exclude<Fault, (typeof undetectable)[number]>;

/** Every kind of fault that the rules should reject. */
export const faultNames = (Object.keys(faults) as Fault[]).filter(
  (fault): fault is DetectableFault => !(undetectable as readonly Fault[]).includes(fault),
);

/** Returns a copy of a trace with `cases` of one fault, none of which touch. */
export function withFault(
  samples: readonly Sample[],
  fault: Fault,
  { capacity, cases, seed }: { capacity: number; cases: number; seed: number },
): Labelled {
  const random = randomFrom(seed);
  const measured = samples.map(({ watts }) => watts);
  const indices = [...measured.keys()].slice(1, -1);
  const day = indices.filter((i) => measured[i]! > capacity / 20);
  const night = indices.filter((i) =>
    measured.slice(Math.max(0, i - 4), i + 5).every((watts) => watts < capacity / 500),
  );
  const labels = new Array<Fault | undefined>(samples.length);
  const watts = [...measured];
  for (let done = 0, tries = 0; done < cases && tries < cases * 20; tries++) {
    const work = {
      watts: [...watts],
      day,
      night,
      step: samples[1]!.start - samples[0]!.start,
      capacity,
      random,
    };
    const changed = faults[fault](work);
    // A fault that changes nothing, such as freezing a constant value, doesn't count.
    if (changed.every((i) => Math.abs(work.watts[i]! - measured[i]!) <= capacity / 1000)) continue;
    const [first, last] = [changed[0]! - 3, changed.at(-1)! + 3];
    if (labels.slice(Math.max(0, first), last + 1).some(Boolean)) continue;
    watts.splice(0, watts.length, ...work.watts);
    for (const i of changed) labels[i] = fault;
    done++;
  }
  return { samples: samples.map(({ start }, i) => ({ start, watts: watts[i]! })), labels };
}
