/** Faults put into measured power, each reading labelled: what happened to it is known, not guessed. */

/** A reading of a trace: start of its interval in unix seconds, and mean watts. */
export interface Sample {
  readonly start: number;
  readonly watts: number;
}

/** A trace with a label for each reading: the fault it belongs to, or undefined if it is as measured. */
export interface Labelled {
  readonly samples: readonly Sample[];
  readonly labels: readonly (Fault | undefined)[];
}

export type Fault = keyof typeof faults;

/** Numbers from 0 to 1, alike for the same seed (mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a fault works on: it changes `watts` and returns the indices it changed. */
interface Work {
  readonly watts: number[];
  /** Readings with more than a twentieth of the capacity, as measured. */
  readonly day: readonly number[];
  readonly night: readonly number[];
  /** Seconds from one reading to the next. */
  readonly step: number;
  readonly capacity: number;
  readonly random: () => number;
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;
const between = (low: number, high: number, random: () => number): number => low + (high - low) * random();

/** Readings from a random one by day, for a time between the hours given, ended by the end of the trace. */
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

/** Every fault by name: one case of it. */
const faults = {
  /** A meter or gateway repeats its last value by day, for one to six hours. */
  stale: (work: Work) => {
    const indices = stretch(work, 1, 6);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** The same through the night and beyond. */
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
  /** For one to three days. */
  'stale-days': (work: Work) => {
    const indices = stretch(work, 24, 72);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** A value that is repeated but for a ten thousandth. */
  'stale-noisy': (work: Work) => {
    const indices = stretch(work, 1, 6);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value * (1 + 0.0001 * between(-1, 1, work.random)));
  },
  /** A logger repeats a night's value through the next day: what it was, of small values, or zero. */
  'stale-from-night': (work: Work) => {
    const indices = stretch(work, 14, 30, work.night);
    const value = work.watts[indices[0]!]!;
    return each(work, indices, () => value);
  },
  /** A device that is off, or a logger without its meter, for five hours to two days. */
  zero: (work: Work) => each(work, stretch(work, 5, 48), () => 0),
  /** Values in another unit for some hours. */
  unit: (work: Work) => each(work, stretch(work, 2, 8), (watts) => watts * 10),
  /** A day written hours too late. */
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
  /** A day that is the one before again. */
  replay: (work: Work) => {
    const length = Math.round(86_400 / work.step);
    const first = pick(work.day, work.random);
    if (first < length) return [];
    const indices = Array.from({ length }, (_, i) => first + i).filter((i) => i < work.watts.length);
    for (const i of indices) work.watts[i] = work.watts[i - length]!;
    return indices;
  },
  /** A logger draws a straight line over hours that it missed. */
  interpolated: (work: Work) => {
    const indices = stretch(work, 1.5, 5);
    const [first, last] = [indices[0]!, indices.at(-1)!];
    const [a, b] = [work.watts[first]!, work.watts[last]!];
    for (const i of indices) work.watts[i] = a + ((b - a) * (i - first)) / (last - first);
    return indices.slice(1, -1);
  },
  /** Single readings far above the others. */
  'spike-large': (work: Work) => singles(work, work.day, () => work.capacity * between(1.5, 6, work.random)),
  /** Single readings of half as much again to three times what was measured. */
  'spike-small': (work: Work) => singles(work, work.day, (watts) => watts * between(1.5, 3, work.random)),
  /** Up to four readings in a row, each of half as much again to six times what was measured. */
  'spike-group': (work: Work) => {
    const first = pick(work.day, work.random);
    const length = 2 + Math.floor(work.random() * 3);
    const indices = Array.from({ length }, (_, i) => first + i).filter((i) => i < work.watts.length);
    const factor = between(1.5, 6, work.random);
    return each(work, indices, (watts) => watts * factor);
  },
  /** Single readings of next to nothing by day. */
  'spike-down': (work: Work) => singles(work, work.day, (watts) => watts * between(0, 0.1, work.random)),
  negative: (work: Work) => singles(work, work.day, () => -work.capacity * between(0.05, 1, work.random)),
  /** Power by night. */
  'night-power': (work: Work) =>
    singles(work, work.night, () => work.capacity * between(0.05, 1, work.random)),
} as const;

/** Faults that no rule refuses for certain: they pay nothing, or are power that weather could have brought. */
export const untold = ['zero', 'spike-down', 'stale-noisy', 'day-shift', 'replay'] as const satisfies Fault[];

/** A fault that rules are to refuse. */
export type ToldFault = Exclude<Fault, (typeof untold)[number]>;

/** Every kind of fault that rules are to refuse. */
export const faultNames = (Object.keys(faults) as Fault[]).filter(
  (fault): fault is ToldFault => !(untold as readonly Fault[]).includes(fault),
);

/** A copy of a trace with `cases` of one fault; no two touch. */
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
    // An inverter that stands still by itself shows no fault.
    if (changed.every((i) => Math.abs(work.watts[i]! - measured[i]!) <= capacity / 1000)) continue;
    const [first, last] = [changed[0]! - 3, changed.at(-1)! + 3];
    if (labels.slice(Math.max(0, first), last + 1).some(Boolean)) continue;
    watts.splice(0, watts.length, ...work.watts);
    for (const i of changed) labels[i] = fault;
    done++;
  }
  return { samples: samples.map(({ start }, i) => ({ start, watts: watts[i]! })), labels };
}
