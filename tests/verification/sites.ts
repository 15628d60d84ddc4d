/** Simulates the power of sites all over the globe, since all measured ones are in one town. */
import { randomFrom, type Sample } from './faults';
import type { Trace } from './traces';

/** A fixed panel's tilt from the horizontal and its azimuth clockwise from north, in degrees. */
interface Facing {
  readonly tilt: number;
  readonly azimuth: number;
}

/** A site to simulate. */
export interface Plan {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Registered capacity in watts. */
  readonly capacity: number;
  /** Watts of the panels under standard conditions; the capacity if absent. */
  readonly panels?: number;
  /** The inverter's limit in watts. */
  readonly limit?: number;
  readonly facing: Facing | 'tracker' | 'vertical';
  /** The share of clear days among those that aren't overcast; 0.5 if absent. */
  readonly clear?: number;
  readonly overcast?: number;
  /** Days on which snow covers the panels until noon or all day. */
  readonly snow?: number;
  /**
   * The grid limits power to this share of the capacity, between these hours of solar time, on two days out of three.
   */
  readonly curtailed?: { readonly share: number; readonly from: number; readonly to: number };
  /** Step of the meter in watts. */
  readonly step?: number;
  /** Watts shown at night; no rows at night if null. */
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

/** Returns the sun's direction by Spencer's formulas for declination and equation of time (1971), unlike the oracle. */
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

/** Returns the direct and diffuse light in W/m2; `cover` is the share of direct light that passes the clouds. */
function lightOn(facing: Plan['facing'], sun: Direction, cover: number, ground: number): number {
  const up = sun[2];
  if (up < -0.02) return 0;
  const air = 1 / (max(up, 0) + 0.50572 * (6.07995 + (asin(max(up, 0)) * 180) / PI) ** -1.6364);
  const direct = up > 0 ? 1353 * 0.73 ** (air ** 0.678) : 0;
  const directShare = min(1, max(0, (cover - 0.25) / 0.75)) + max(0, cover - 1);
  const whole = (direct * max(up, 0) + 90 * max(0, up + 0.02) ** 0.6) * max(cover, 0.04);
  const beam = direct * directShare;
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

/** Yields a day's light minute by minute, as a share of a clear sky's; up to 1.4 at the edges of clouds. */
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

/** Simulates a site's trace; `seed` changes the weather. */
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
