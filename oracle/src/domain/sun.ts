/**
 * The sun's height and the most light that a panel can get from a clear sky, identical on every machine. Engines may
 * round `Math.sin` and similar functions differently, so this uses only + - * /, `Math.floor` and `Math.ceil`, whose
 * results IEEE 754 defines to the last bit.
 */

const RADIANS_A_DEGREE = 0.017453292519943295;

/** Taylor series up to the 15th power; its error is below 1e-16 within 45 degrees. */
function sineOfSmall(x: number): number {
  const s = x * x;
  return (
    x *
    (1 -
      (s / 6) *
        (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * (1 - (s / 156) * (1 - s / 210)))))))
  );
}

function cosineOfSmall(x: number): number {
  const s = x * x;
  return (
    1 -
    (s / 2) *
      (1 - (s / 12) * (1 - (s / 30) * (1 - (s / 56) * (1 - (s / 90) * (1 - (s / 132) * (1 - s / 182))))))
  );
}

/** Sine of an angle in degrees. */
export function sine(degrees: number): number {
  const quarter = Math.floor(degrees / 90 + 0.5);
  const rest = (degrees - quarter * 90) * RADIANS_A_DEGREE;
  const turn = quarter - 4 * Math.floor(quarter / 4);
  const size = turn % 2 === 0 ? sineOfSmall(rest) : cosineOfSmall(rest);
  return turn < 2 ? size : -size;
}

/** Cosine of an angle in degrees. */
export const cosine = (degrees: number): number => sine(degrees + 90);

/** J2000, 2000-01-01 12:00 UTC, unix seconds. */
const J2000 = 946_728_000;

/**
 * Sine of the sun's geometric height (no refraction) at a unix time, for a place in degrees, north and east positive.
 *
 * The Astronomical Almanac's low-precision position as given by Michalsky, Solar Energy 40 (1988) 227-235, accurate to
 * 0.01 degree from 1950 to 2050. Uses the equatorial vector directly, so no inverse function is needed.
 */
export function sineOfSunHeight(unixSeconds: number, latitude: number, longitude: number): number {
  const { meridian, pole } = sunDirection(unixSeconds, longitude);
  return sine(latitude) * pole + cosine(latitude) * meridian;
}

/** Where the sun is, as a unit vector: towards where the place's meridian meets the equator, east of it, and the pole. */
export interface SunDirection {
  readonly meridian: number;
  readonly east: number;
  readonly pole: number;
}

/** The direction of the sun at a unix time, seen from any place of a longitude in degrees. */
export function sunDirection(unixSeconds: number, longitude: number): SunDirection {
  const days = (unixSeconds - J2000) / 86_400;
  const anomaly = 357.528 + 0.9856003 * days;
  const ecliptic = 280.46 + 0.9856474 * days + 1.915 * sine(anomaly) + 0.02 * sine(2 * anomaly);
  const obliquity = 23.439 - 0.0000004 * days;
  const sidereal = 280.46061837 + 360.98564736629 * days + longitude;
  const x = cosine(ecliptic);
  const y = cosine(obliquity) * sine(ecliptic);
  const z = sine(obliquity) * sine(ecliptic);
  const [flat, turned] = [cosine(sidereal), sine(sidereal)];
  return { meridian: flat * x + turned * y, east: flat * y - turned * x, pole: z };
}

/** Steps per interval; over an hour the samples miss the highest sun by less than 0.0006 in its sine. */
const SAMPLES = 4;

/** The greatest `sineOfSunHeight` within an interval of at most a few hours. */
export function highestSun(start: number, seconds: number, latitude: number, longitude: number): number {
  let highest = -1;
  for (let i = 0; i <= SAMPLES; i++) {
    const height = sineOfSunHeight(start + (i * seconds) / SAMPLES, latitude, longitude);
    if (height > highest) highest = height;
  }
  return highest;
}

/** Sine of the sun's geometric height when its upper edge sets: -0.833 degree, including refraction. */
export const SUNSET = -0.01454;

/**
 * [sine of the geometric height, W/m2 on a plane facing the sun]: direct light after Meinel & Meinel, Applied Solar
 * Energy (1976), 1353 x 0.7^(AM^0.678), with the air mass AM after Kasten & Young, Applied Optics 28 (1989) 4735-4738,
 * the height raised by refraction (Bennett, 1982), and 10 % added for light from the rest of the sky. Below the horizon
 * twilight fades out at 6 degrees.
 */
const CLEAR_SKY: readonly (readonly [number, number])[] = [
  [-0.1045, 0],
  [-0.0523, 5],
  [-0.0145, 20],
  [0, 37],
  [0.0175, 72],
  [0.0349, 118],
  [0.0523, 169],
  [0.0872, 271],
  [0.1305, 384],
  [0.1736, 477],
  [0.2588, 616],
  [0.342, 715],
  [0.4226, 787],
  [0.5, 842],
  [0.6428, 920],
  [0.766, 971],
  [0.866, 1005],
  [0.9659, 1033],
  [1, 1042],
];

const HEIGHTS = Float64Array.from(CLEAR_SKY, ([height]) => height);
const LIGHT = Float64Array.from(CLEAR_SKY, ([, light]) => light);

/** The most light that a panel of any orientation gets from a clear sky, in whole W/m2; 0 at night. */
export function clearSky(sineOfHeight: number): number {
  let i = 0;
  while (i < HEIGHTS.length && sineOfHeight > HEIGHTS[i]!) i++;
  if (i === 0) return 0;
  if (i === HEIGHTS.length) return LIGHT[i - 1]!;
  const [low, high, least, most] = [HEIGHTS[i - 1]!, HEIGHTS[i]!, LIGHT[i - 1]!, LIGHT[i]!];
  return Math.ceil(least + ((most - least) * (sineOfHeight - low)) / (high - low));
}
