import { readTrace, type Trace, type TraceOptions, Zone } from '../../src/trace';

/** A reading that files of many forms hold. */
export interface Made {
  /** Wall time as if it were UTC, milliseconds. */
  readonly wall: number;
  readonly watts: number;
}

const START = Date.UTC(2024, 6, 11);

/** Days of power around the change of a month's tenth to its twentieth day, every `minutes`. */
export function madeDays(days = 3, minutes = 15): Made[] {
  return Array.from({ length: (days * 1440) / minutes }, (_, i) => {
    const hour = ((i * minutes) % 1440) / 60;
    const height = Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI)) * (hour > 6 && hour < 20 ? 1 : 0);
    return {
      wall: START + i * minutes * 60_000,
      watts: Math.round(height * 43_210 * (1 + (i % 7) / 40)) / 10,
    };
  });
}

/** Reads a text in the zone of the made-up days. */
export const readMade = (text: string, options: TraceOptions = {}): Trace =>
  readTrace({ text, encoding: 'UTF-8' }, { zone: new Zone('UTC'), ...options });

/** The readings of a trace as starts, unix milliseconds, and mean watts to a tenth. */
export const starts = ({ series }: Trace): [number, number][] =>
  series.readings.map(({ start, seconds, wattHours }) => [
    start * 1000,
    Math.round((wattHours * 36_000) / seconds) / 10,
  ]);

/** What {@link starts} gives for a file that was read right. */
export const wanted = (made: readonly Made[]): [number, number][] =>
  made.map(({ wall, watts }) => [wall, watts]);
