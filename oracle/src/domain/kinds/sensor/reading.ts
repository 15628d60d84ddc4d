import { FormatError, Reader } from '@commonwire/sdk/core';
import type { Report } from '../../types';
import type { QuantityName, QuantityPolicy, SensorPolicy } from './policy';

/** Quantities by their byte in a report; never renumbered. */
const QUANTITIES: Readonly<Record<number, QuantityName>> = {
  1: 'temperature',
  2: 'humidity',
  3: 'pressure',
  4: 'wind',
  5: 'pm25',
  6: 'pm10',
  7: 'co2',
  8: 'noise',
};

/** A report's extra: quantity u8, samples u16. */
export interface Measured {
  /** The byte; it may be that of no known quantity. */
  readonly quantity: number;
  /** How many samples the value is the mean of. */
  readonly samples: number;
}

/** Reads the extra of a report; undefined if it has another form. */
export function readMeasured({ extra }: Report): Measured | undefined {
  const reader = new Reader(extra);
  try {
    const measured = { quantity: reader.u8(), samples: reader.u16() };
    reader.end();
    return measured;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The thresholds for a quantity's byte, if it is one. */
export function limitsOf(quantity: number, policy: SensorPolicy): QuantityPolicy | undefined {
  const name = QUANTITIES[quantity];
  return name && policy.quantities[name];
}

/** Whether the value is the mean of enough samples. */
export const hasEnough = (
  seconds: number,
  samples: number,
  { sample_seconds }: QuantityPolicy,
  { samples_ppm }: SensorPolicy,
): boolean => samples * sample_seconds * 1_000_000 >= seconds * samples_ppm;
