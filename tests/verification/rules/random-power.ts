/** Days of power made by chance, so that each rule over time is met near its bounds. Without sines: alike on every engine. */
import { randomFrom } from '../faults';
import type { Trace } from '../traces';

const GOLDEN = { latitude: 39.742, longitude: -105.18 };
const CAPACITY = 6_000;
/** 2026-06-20 00:00 local solar time in Golden, more or less. */
const MIDNIGHT = Date.parse('2026-06-20T07:00:00Z') / 1000;
const DAY = 86_400;

/** One to two days of a device; `seed` changes everything. */
export function randomPower(seed: number): Trace {
  const random = randomFrom(seed);
  const among = <T>(...list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const between = (low: number, high: number): number => low + (high - low) * random();
  const often = (share: number): boolean => random() < share;

  const seconds = among(300, 900, 900, 1_800, 3_600);
  const count = ((seconds < 900 ? 1 : 2) * DAY) / seconds;
  const hourOf = (i: number): number => ((i * seconds) % DAY) / 3_600;
  const cloudy = among(0, 0.01, 0.05, 0.4);
  const peak = CAPACITY * between(0.3, 1);
  let light = 1;
  const watts = Array.from({ length: count }, (_, i) => {
    light = Math.min(1, Math.max(0.1, light + cloudy * (random() - 0.5)));
    return peak * light * Math.max(0, 1 - ((hourOf(i) - 12) / 7) ** 2);
  });
  const change = (times: number, length: () => number, to: (i: number, first: number) => number): void => {
    for (let n = 0; n < times; n++) {
      const first = Math.floor(random() * count);
      const last = Math.min(count, first + length());
      const changed = Array.from({ length: last - first }, (_, k) => to(first + k, first));
      watts.splice(first, changed.length, ...changed);
    }
  };

  if (often(0.5)) {
    const limit = among(0.1, 0.3, 0.5, between(0.1, 1), between(0.9, 1)) * CAPACITY;
    const above = between(0, 0.04);
    for (let i = 0; i < count; i++)
      if (watts[i]! > limit) watts[i] = often(above) ? limit * between(1, 1.03) : limit;
  }
  const step = among(0, 0, 1, 10, 50, 100, 300);
  const odd = among(0, 0, between(0.05, 0.15));
  const alike = between(0, 0.2);
  for (let i = 0; i < count; i++) {
    if (step > 0) {
      const off = often(odd) ? step * between(-0.05, 0.05) : 0;
      watts[i] = Math.round(watts[i]! / step) * step + off;
    } else if (watts[i] === 0) watts[i] = often(alike) && i > 0 ? watts[i - 1]! : between(-20, 20);
  }
  const hold = among(1, 1, 1, 2, 3);
  for (let i = 0; i < count; i++) if (i % hold > 0) watts[i] = watts[i - 1]!;

  if (often(0.7)) {
    const length = Math.ceil(((among(0.5, 1, 3, 8) * 3_600) / seconds) * between(0.3, 2)) + 1;
    const from = Math.floor(between(0.2, 0.8) * count);
    const level = among(watts[from]!, watts[from]!, Math.max(...watts), CAPACITY * among(0.1, 0.2, 0.3, 0.5));
    watts.fill(level, from, Math.min(count, from + length));
    change(
      among(0, 0, 1, 2, 3, 4),
      () => 1,
      () => level,
    );
    // What it comes from and goes to: about the level, then on in the same way or a little steeper.
    const beside = (at: number, next: number): void => {
      if (next < 0 || next >= count || often(0.3)) return;
      watts[at] = level * between(0.9, 1.03);
      watts[next] = watts[at]! - (level - watts[at]!) * between(0.5, 1.1);
    };
    beside(from - 1, from - 2);
    beside(from + length, from + length + 1);
  }
  if (often(0.4)) {
    const [slope, bend] = [between(-0.03, 0.03), among(0, 0, 5e-6, 1.5e-5)];
    change(
      among(1, 1, 2),
      () => 4 + Math.floor(random() * 6),
      (i, first) => watts[first]! * (1 + slope * (i - first) + bend * ((i - first) % 2)),
    );
  }
  change(
    among(0, 1, 2, 4),
    () => among(1, 1, 2, 3),
    (i) => watts[i]! * between(1.05, 1.8),
  );
  change(
    among(0, 1, 2),
    () => among(1, 2, 3),
    (i) => peak * between(0.8, 1.3) * (watts[i]! > 60 ? 1 : 0),
  );
  change(
    among(0, 1, 2),
    () => among(1, 2, 3),
    () => between(-30, 90),
  );
  if (often(0.2))
    change(
      1,
      () => Math.ceil((between(3, 9) * 3_600) / seconds),
      () => 0,
    );

  const samples = watts.map((value, i) => ({ start: MIDNIGHT + i * seconds, watts: value }));
  const kept = often(0.2) ? samples.filter((_, i) => (i * 7_919) % 41 !== 0) : samples;
  return { name: `random ${seed}`, samples: kept, seconds, capacity: CAPACITY, ...GOLDEN };
}
