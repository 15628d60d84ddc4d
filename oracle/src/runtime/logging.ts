import type { OracleEmitter, OracleEvents } from './events';

const NAMES: readonly (keyof OracleEvents)[] = [
  'batch',
  'refused',
  'registered',
  'recovered',
  'transferred',
  'retired',
  'cut',
  'sealed',
  'closed',
  'signed',
  'declined',
  'equivocation',
  'forked',
  'posted',
  'challenged',
  'doubted',
  'promoted',
  'paid',
  'failed',
];

/** Writes every event as one line of JSON: `{"event": name, ...fields}`, amounts as decimal strings. */
export function logEvents(events: OracleEmitter, write: (line: string) => void): void {
  for (const name of NAMES)
    events.on(name, (fields: object) => write(JSON.stringify({ event: name, ...fields }, withoutBigints)));
}

const withoutBigints = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
