import type { Reading } from '../sign';
import type { Source } from '../source-options';
import { readModbus } from './modbus';
import { readMqtt } from './mqtt';
import type { CounterOptions } from './source';

/** A source as it is told. */
export const nameOf = ({ address }: Source): string => `${address.host}:${address.port}`;

/** Yields the readings of a counter until the signal is aborted. */
export const readSource = (
  source: Source,
  options: Omit<CounterOptions, 'seconds' | 'capacityWatts'>,
): AsyncGenerator<Reading> =>
  source.type === 'modbus'
    ? readModbus(source.address, { ...source, ...options })
    : readMqtt(source.address, { ...source, ...options });
