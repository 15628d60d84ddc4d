import { z } from 'zod';
import { metres, ppm, seconds } from '../../policy-fields';

const MOST = 1_000_000_000;
const milli = z.number().int().min(-MOST).max(MOST);
const change = z.number().int().min(0).max(MOST);

/** Bounds on a quantity and its changes, in its milli-units. */
function quantity(usual: {
  least: number;
  most: number;
  jump_minute: number;
  jump: number;
  frozen_seconds: number;
  rest_below?: number;
  rest_above?: number;
  rest_seconds?: number;
}) {
  const { least, most, jump_minute, jump, frozen_seconds, rest_below = -MOST, rest_above = MOST } = usual;
  const { rest_seconds = 0 } = usual;
  return z
    .strictObject({
      /** Values outside are impossible. */
      least: milli.default(least),
      most: milli.default(most),
      /** Most change of the value a minute, between the middles of neighbouring intervals. */
      jump_minute: change.default(jump_minute),
      /** Most change between neighbouring intervals, however long they are. */
      jump: change.default(jump),
      /** How long the very same value may be reported. */
      frozen_seconds: seconds.default(frozen_seconds),
      /** Values as low, or as high, may stay constant for longer: clean air, fog. */
      rest_below: milli.default(rest_below),
      rest_above: milli.default(rest_above),
      /** How long the very same of these values may be reported, if that is longer than `frozen_seconds`. */
      rest_seconds: seconds.default(rest_seconds),
      /** Longest time between a sensor's samples. */
      sample_seconds: seconds.min(1).max(3_600).default(60),
    })
    .refine(({ least, most }) => least <= most, { path: ['least'], message: 'must not be above most' })
    .prefault({});
}

const HOUR = 3_600;

/** The thresholds of the rules for sensors; docs/verification/sensor.md has their formulas and sources. */
export const sensorPolicy = z.strictObject({
  /** How far the reported position may be from the registered cell's centre. */
  place_metres: metres.default(300),
  /** The share of its samples that an interval, and an hour, needs. */
  samples_ppm: ppm.default(670_000),
  quantities: z
    .strictObject({
      /** 0.001 °C. */
      temperature: quantity({
        least: -40_000,
        most: 60_000,
        jump_minute: 3_000,
        jump: 15_000,
        frozen_seconds: 24 * HOUR,
      }),
      /** 0.001 % relative. */
      humidity: quantity({
        least: 0,
        most: 100_000,
        jump_minute: 10_000,
        jump: 80_000,
        frozen_seconds: 6 * HOUR,
        rest_above: 95_000,
        rest_seconds: 72 * HOUR,
      }),
      /** 0.001 hPa. */
      pressure: quantity({
        least: 300_000,
        most: 1_100_000,
        jump_minute: 800,
        jump: 15_000,
        frozen_seconds: 2 * HOUR,
      }),
      /** 0.001 m/s. */
      wind: quantity({
        least: 0,
        most: 75_000,
        jump_minute: 10_000,
        jump: 15_000,
        frozen_seconds: 24 * HOUR,
        rest_below: 0,
        rest_seconds: 48 * HOUR,
      }),
      /** 0.001 µg/m³. */
      pm25: quantity({
        least: 0,
        most: 1_000_000,
        jump_minute: 500_000,
        jump: 500_000,
        frozen_seconds: 6 * HOUR,
        rest_below: 1_000,
        rest_seconds: 48 * HOUR,
      }),
      /** 0.001 µg/m³. */
      pm10: quantity({
        least: 0,
        most: 2_000_000,
        jump_minute: 1_000_000,
        jump: 1_000_000,
        frozen_seconds: 6 * HOUR,
        rest_below: 1_000,
        rest_seconds: 48 * HOUR,
      }),
      /** 0.001 ppm. */
      co2: quantity({
        least: 300_000,
        most: 10_000_000,
        jump_minute: 2_000_000,
        jump: 5_000_000,
        frozen_seconds: 6 * HOUR,
      }),
      /** 0.001 dB(A). */
      noise: quantity({
        least: 15_000,
        most: 140_000,
        jump_minute: 70_000,
        jump: 70_000,
        frozen_seconds: 6 * HOUR,
      }),
    })
    .prefault({}),
});

/** Checked thresholds. */
export type SensorPolicy = Readonly<z.output<typeof sensorPolicy>>;

/** Names of quantities. */
export type QuantityName = keyof SensorPolicy['quantities'];

/** The thresholds of one quantity. */
export type QuantityPolicy = SensorPolicy['quantities'][QuantityName];
