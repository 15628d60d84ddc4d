/** Power of made-up sites all over the globe: what the measured ones, all of one town, can't show. */
import { randomFrom, type Sample } from './faults';
import type { Trace } from './traces';

/** Degrees: of a fixed panel from the horizontal, and of where it looks, clockwise from north. */
export interface Facing {
  readonly tilt: number;
  readonly azimuth: number;
}

/** A site to make a trace of. */
export interface Plan {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Watts that are registered. */
  readonly capacity: number;
  /** Watts of the panels under standard conditions; the capacity if not given. */
  readonly panels?: number;
  /** Watts above which the inverter goes no further. */
  readonly limit?: number;
  readonly facing: Facing | 'tracker' | 'vertical';
  /** The share of days that are clear, of what isn't overcast; 0.5 if not given. */
  readonly clear?: number;
  readonly overcast?: number;
  /** Days on which snow covers the panels until noon or all day. */
  readonly snow?: number;
  /** Share of the registered capacity that the grid takes, between hours of solar time, on two days of three. */
  readonly curtailed?: { readonly share: number; readonly from: number; readonly to: number };
  /** Steps of the meter, watts. */
  readonly step?: number;
  /** Watts shown by night; no rows by night if null. */
  readonly night?: number | null;
  readonly seconds: number;
  readonly from: string;
  readonly days: number;
}

const DAY = 86_400;
const { sin, cos, asin, exp, max, min, PI } = Math;
const radians = (degrees: number): number => (degrees * PI) / 180;

/** Directions as [east, north, up]. */
type Direction = readonly [number, number, number];
const along = (a: Direction, b: Direction): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Where the sun stands: Spencer's declination and equation of time (1971), other formulas than the oracle's. */
function sunAt(time: number, { latitude, longitude }: Plan): Direction {
  const year = Date.UTC(new Date(time * 1000).getUTCFullYear(), 0, 1) / 1000;
  const g = (2 * PI * (time - year)) / (365.25 * DAY);
  const declination =
    0.006918 - 0.399912 * cos(g) + 0.070257 * sin(g) - 0.006758 * cos(2 * g) + 0.000907 * sin(2 * g);
  const minutes =
    229.18 *
    (0.000075 + 0.001868 * cos(g) - 0.032077 * sin(g) - 0.014615 * cos(2 * g) - 0.040849 * sin(2 * g));
  const hour = radians(((time % DAY) / 3600 - 12) * 15 + longitude + minutes / 4);
  const north = radians(latitude);
  return [
    -cos(declination) * sin(hour),
    cos(north) * sin(declination) - sin(north) * cos(declination) * cos(hour),
    sin(north) * sin(declination) + cos(north) * cos(declination) * cos(hour),
  ];
}

/** W/m2 of direct and of scattered light, `cover` being the share of the direct light that clouds leave. */
function lightOn(facing: Plan['facing'], sun: Direction, cover: number, ground: number): number {
  const up = sun[2];
  if (up < -0.02) return 0;
  const air = 1 / (max(up, 0) + 0.50572 * (6.07995 + (asin(max(up, 0)) * 180) / PI) ** -1.6364);
  const direct = up > 0 ? 1353 * 0.73 ** (air ** 0.678) : 0;
  const clearly = min(1, max(0, (cover - 0.25) / 0.75)) + max(0, cover - 1);
  const whole = (direct * max(up, 0) + 90 * max(0, up + 0.02) ** 0.6) * max(cover, 0.04);
  const beam = direct * clearly;
  const scattered = max(0, whole - beam * max(up, 0));
  const on = (panel: Direction): number =>
    beam * max(0, along(sun, panel)) +
    (scattered * (1 + panel[2])) / 2 +
    (whole * ground * (1 - panel[2])) / 2;
  if (facing === 'vertical') return on([1, 0, 0]) + 0.8 * on([-1, 0, 0]);
  if (facing !== 'tracker') {
    const [tilt, azimuth] = [radians(facing.tilt), radians(facing.azimuth)];
    return on([sin(tilt) * sin(azimuth), sin(tilt) * cos(azimuth), cos(tilt)]);
  }
  const roll = max(-PI / 3, min(PI / 3, Math.atan2(sun[0], max(up, 0.01))));
  return on([sin(roll), 0, cos(roll)]);
}

/** A day's sky, minute by minute: the light that clouds leave, of a clear sky's; up to 1.4 at their edges. */
function* sky({ clear = 0.5, overcast = 0.2 }: Plan, random: () => number): Generator<number> {
  const kind = random() < overcast ? 'overcast' : random() < clear ? 'clear' : 'broken';
  const fog = kind !== 'overcast' && random() < 0.1 ? 500 + 200 * random() : 0;
  const haze = 0.9 + 0.1 * random();
  const [veil, cloud, gap] = [0.15 + 0.3 * random(), 3 + 20 * random(), 3 + 30 * random()];
  let [slow, fast, covered, edge, gathered, opacity] = [0, 0, false, 0, 0, 0.5];
  for (let minute = 0; minute < 1440; minute++) {
    slow += -0.01 * slow + 0.02 * (random() - 0.5);
    fast = 0.7 * fast + 0.002 * (random() - 0.5);
    let light = haze + fast + 0.2 * slow;
    if (kind === 'overcast') light = veil * exp(8 * slow) * (1 + 20 * fast);
    if (kind === 'broken') {
      if (random() < 1 / (covered ? cloud : gap)) {
        covered = !covered;
        edge = minute;
        gathered = random() < 0.3 ? 0.4 * random() : 0.15 * random();
        opacity = 0.15 + 0.6 * random();
      }
      light *= covered ? opacity * (1 + 30 * fast) : 1 + gathered * exp((edge - minute) / 4);
    }
    if (minute < fog) light = min(light, 0.2 + 5 * fast) + 0;
    else if (fog && minute < fog + 60) light *= 0.2 + (0.8 * (minute - fog)) / 60;
    yield max(0.04, light);
  }
}

/** Makes the trace; `seed` changes the weather. */
export function make(plan: Plan, seed = 1): Trace {
  const { capacity, panels = capacity, limit = panels, seconds, longitude, step = 0, night = 0 } = plan;
  const random = randomFrom(seed * 7919 + Math.round(longitude * 10) + plan.days);
  const samples: Sample[] = [];
  const solar = Math.round((longitude * 240) / 3600) * 3600;
  let [sum, minutes] = [0, 0];
  const first = Date.parse(`${plan.from}T00:00:00Z`) / 1000 - solar;
  for (let day = 0; day < plan.days; day++) {
    const covered = random() < (plan.snow ?? 0) ? (random() < 0.4 ? 1440 : 600 + 200 * random()) : 0;
    const held = plan.curtailed && random() < 0.67 ? plan.curtailed : undefined;
    let minute = 0;
    for (const cover of sky(plan, random)) {
      const time = first + day * DAY + minute * 60;
      const sun = sunAt(time + 30, plan);
      const light = lightOn(plan.facing, sun, cover, covered || plan.snow ? 0.6 : 0.2);
      let watts = (panels * light * (0.97 - 0.00012 * light)) / 1000;
      if (minute < covered) watts = 0;
      watts = min(watts, limit);
      if (held && minute >= held.from * 60 && minute < held.to * 60)
        watts = min(watts, held.share * capacity);
      sum += watts < panels * 0.002 ? (night ?? 0) : watts;
      minute++;
      if (++minutes * 60 < seconds) continue;
      const mean = sum / minutes;
      const shown = step > 0 ? Math.round(mean / step) * step : mean;
      if (night !== null || sun[2] > -0.05) samples.push({ start: time + 60 - seconds, watts: shown });
      [sum, minutes] = [0, 0];
    }
  }
  const { name, latitude } = plan;
  return { name, latitude, longitude, capacity, seconds, samples };
}

const SOUTH = { tilt: 30, azimuth: 180 };

/** Sites unlike the measured ones, and unlike each other. */
export const plans: readonly Plan[] = [
  {
    name: 'equator, flat, 5 min',
    latitude: 0.3,
    longitude: 32.6,
    capacity: 5000,
    facing: { tilt: 5, azimuth: 0 },
    seconds: 300,
    from: '2021-03-01',
    days: 60,
    night: 0,
    step: 1,
    clear: 0.3,
  },
  {
    name: '25 N tracker clipping at 5 MW',
    latitude: 25.2,
    longitude: 55.3,
    capacity: 5_000_000,
    panels: 6_750_000,
    limit: 5_000_000,
    facing: 'tracker',
    seconds: 900,
    from: '2020-05-01',
    days: 120,
    overcast: 0.02,
    clear: 0.9,
    step: 1000,
    night: -8000,
  },
  {
    name: '35 S west, 15 min',
    latitude: -34.9,
    longitude: 138.6,
    capacity: 6600,
    panels: 6600,
    limit: 5000,
    facing: { tilt: 22, azimuth: 270 },
    seconds: 900,
    from: '2019-11-01',
    days: 150,
    step: 0,
    night: 0,
  },
  {
    name: '35 S north, export limited to 5 kW of 10',
    latitude: -37.8,
    longitude: 145,
    capacity: 10_000,
    panels: 10_500,
    limit: 5000,
    facing: { tilt: 22, azimuth: 0 },
    seconds: 300,
    from: '2019-11-01',
    days: 90,
    step: 1,
    night: 0,
  },
  {
    name: '52 N south, 0.1 kW',
    latitude: 52.4,
    longitude: 4.9,
    capacity: 9800,
    facing: SOUTH,
    seconds: 900,
    from: '2022-01-15',
    days: 150,
    step: 100,
    overcast: 0.5,
    night: 0,
  },
  {
    name: '52 N south, 70 % rule',
    latitude: 52.1,
    longitude: 8.7,
    capacity: 9900,
    limit: 6930,
    facing: SOUTH,
    seconds: 900,
    from: '2018-03-01',
    days: 150,
    step: 1,
    overcast: 0.3,
    night: -3.2,
  },
  {
    name: '60 N vertical bifacial, hourly',
    latitude: 60.2,
    longitude: 24.9,
    capacity: 20_000,
    facing: 'vertical',
    seconds: 3600,
    from: '2021-02-01',
    days: 180,
    step: 10,
    overcast: 0.4,
    snow: 0.1,
    night: 2,
  },
  {
    name: '65 N south with snow',
    latitude: 65,
    longitude: 25.5,
    capacity: 12_000,
    facing: { tilt: 40, azimuth: 180 },
    seconds: 900,
    from: '2021-01-10',
    days: 180,
    step: 1,
    overcast: 0.4,
    snow: 0.3,
    night: 0,
  },
  {
    name: '65 N midnight sun, 5 min',
    latitude: 67.5,
    longitude: -133,
    capacity: 12_000,
    facing: { tilt: 40, azimuth: 180 },
    seconds: 300,
    from: '2021-06-01',
    days: 40,
    step: 0,
    overcast: 0.3,
    night: 0,
  },
  {
    name: 'date line, 180 E',
    latitude: -17.8,
    longitude: 178,
    capacity: 8000,
    facing: { tilt: 10, azimuth: 0 },
    seconds: 900,
    from: '2023-05-01',
    days: 90,
    step: 0,
    overcast: 0.2,
    night: 0.4,
  },
  {
    name: 'Pacific, 157 W, no nights',
    latitude: 21.3,
    longitude: -157.8,
    capacity: 250_000,
    panels: 300_000,
    limit: 250_000,
    facing: { tilt: 15, azimuth: 180 },
    seconds: 900,
    from: '2017-04-01',
    days: 120,
    step: 100,
    night: null,
  },
  {
    name: 'California, 500 kW, DC rating',
    latitude: 36.7,
    longitude: -119.8,
    capacity: 500_000,
    panels: 500_000,
    limit: 385_000,
    facing: { tilt: 20, azimuth: 180 },
    seconds: 900,
    from: '2016-04-01',
    days: 180,
    step: 100,
    clear: 0.9,
    overcast: 0.05,
    night: -120,
  },
  {
    name: 'AC rating, DC 1.4, clipping for weeks, 5 min',
    latitude: 33.4,
    longitude: -112,
    capacity: 7600,
    panels: 10_600,
    limit: 7600,
    facing: { tilt: 25, azimuth: 180 },
    seconds: 300,
    from: '2016-04-15',
    days: 60,
    step: 0,
    clear: 0.95,
    overcast: 0.02,
    night: -5.1,
  },
  {
    name: 'AC rating, limit a little off at 7510 W',
    latitude: 33.4,
    longitude: -112,
    capacity: 8000,
    panels: 11_000,
    limit: 7510,
    facing: { tilt: 25, azimuth: 180 },
    seconds: 900,
    from: '2016-04-15',
    days: 60,
    step: 0,
    clear: 0.95,
    overcast: 0.02,
    night: -5.1,
  },
  {
    name: 'nameplate far above, limit at 55 %',
    latitude: 48,
    longitude: 11,
    capacity: 10_000,
    panels: 10_000,
    limit: 5480,
    facing: { tilt: 25, azimuth: 200 },
    seconds: 900,
    from: '2016-04-15',
    days: 120,
    step: 1,
    overcast: 0.3,
    night: -1.5,
  },
  {
    name: 'curtailed to 60 % at noon',
    latitude: 52,
    longitude: 13,
    capacity: 100_000,
    facing: SOUTH,
    seconds: 900,
    from: '2020-04-01',
    days: 120,
    step: 10,
    overcast: 0.2,
    curtailed: { share: 0.6, from: 10, to: 15 },
  },
  {
    name: 'curtailed to 0 at noon',
    latitude: 38,
    longitude: 23,
    capacity: 400_000,
    facing: SOUTH,
    seconds: 900,
    from: '2020-04-01',
    days: 90,
    step: 100,
    overcast: 0.1,
    curtailed: { share: 0, from: 11, to: 15 },
  },
  {
    name: 'curtailed to 50 %, 5 min',
    latitude: -27.5,
    longitude: 153,
    capacity: 6000,
    facing: { tilt: 20, azimuth: 0 },
    seconds: 300,
    from: '2020-09-01',
    days: 60,
    step: 1,
    overcast: 0.2,
    curtailed: { share: 0.5, from: 9, to: 16 },
  },
  {
    name: 'curtailed to 35 %',
    latitude: 40,
    longitude: 116,
    capacity: 50_000,
    facing: SOUTH,
    seconds: 900,
    from: '2020-09-01',
    days: 60,
    step: 0,
    overcast: 0.2,
    curtailed: { share: 0.35, from: 10, to: 14 },
  },
  {
    name: '200 W micro, 10 W steps',
    latitude: 19,
    longitude: -99,
    capacity: 200,
    facing: { tilt: 15, azimuth: 180 },
    seconds: 900,
    from: '2020-02-01',
    days: 120,
    step: 10,
    overcast: 0.2,
    night: 0,
  },
  {
    name: '300 W micro, minutes, 1 W',
    latitude: 45,
    longitude: 7,
    capacity: 300,
    panels: 400,
    limit: 300,
    facing: SOUTH,
    seconds: 60,
    from: '2020-06-01',
    days: 20,
    step: 1,
    overcast: 0.2,
    night: 0,
  },
  {
    name: '50 kW, half hours, east',
    latitude: -33.9,
    longitude: 18.4,
    capacity: 50_000,
    facing: { tilt: 10, azimuth: 90 },
    seconds: 1800,
    from: '2018-01-01',
    days: 200,
    step: 0,
    overcast: 0.2,
    night: 0,
  },
  {
    name: '3.5 kW normalised, underrated by a quarter',
    latitude: 39,
    longitude: -77,
    capacity: 2800,
    panels: 3500,
    facing: SOUTH,
    seconds: 900,
    from: '2012-01-01',
    days: 200,
    step: 0,
    overcast: 0.3,
    night: -2,
  },
];
