import type { OracleEmitter, OracleEvents } from './events';

/** How urgent a line is, the least first. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

type Name = keyof OracleEvents;
type Fields<N extends Name> = OracleEvents[N][0];

/** The level of each event, or how to tell it. Everything that happens for every request is for debugging. */
const levels: { [N in Name]: Level | ((fields: Fields<N>) => Level) } = {
  batch: 'debug',
  request: 'debug',
  task: 'debug',
  refused: ({ status }) => (status === 500 ? 'error' : status > 500 ? 'warn' : 'debug'),
  registered: 'info',
  adopted: 'warn',
  transferred: 'info',
  retired: 'info',
  cut: 'info',
  recovering: 'warn',
  recovered: 'warn',
  sealed: 'info',
  copying: 'debug',
  copied: 'info',
  delegated: ({ tries }) => (tries > 1 ? 'warn' : 'info'),
  closed: 'info',
  signed: 'info',
  declined: 'warn',
  equivocation: 'warn',
  forked: 'warn',
  posted: 'info',
  approved: 'info',
  demanded: 'warn',
  answered: 'info',
  unanswered: 'error',
  challenged: 'warn',
  doubted: 'error',
  promoted: 'info',
  paid: 'info',
  health: ({ status }) => (status === 'stale' ? 'error' : status === 'degraded' ? 'warn' : 'info'),
  failed: 'error',
  'disk-failed': 'error',
};

/** Writes one line. `event` is its name. */
export type Log = (level: Level, event: string, fields: object) => void;

/** How lines are written. */
export interface LogOptions {
  readonly write: (line: string) => void;
  /** Lines of a lower level are left out. */
  readonly least: Level;
  /** Lines for people instead of JSON. */
  readonly text?: boolean;
  /** The clock, milliseconds. */
  readonly now?: () => number;
}

/**
 * Returns a function that writes lines with time (UTC) and level: `{"time", "level", "event", ...fields}`, amounts as
 * decimal strings, or as text `TIME LEVEL event field=value ...`.
 */
export function logger({ write, least, text = false, now = Date.now }: LogOptions): Log {
  const from = LEVELS.indexOf(least);
  return (level, event, fields) => {
    if (LEVELS.indexOf(level) < from) return;
    const time = new Date(now()).toISOString();
    write(
      text
        ? [time, level.toUpperCase().padEnd(5), event, ...Object.entries(fields).map(asText)].join(' ')
        : JSON.stringify({ time, level, event, ...fields }, withoutBigints),
    );
  };
}

/** Writes every event of an oracle, with its fields named as in the API: `compute_units`. */
export function logEvents(events: OracleEmitter, log: Log): void {
  for (const name of Object.keys(levels) as Name[]) follow(events, name, log);
}

function follow<N extends Name>(events: OracleEmitter, name: N, log: Log): void {
  const level = levels[name];
  const listener = (fields: Fields<N>) =>
    log(typeof level === 'string' ? level : level(fields), name, inSnakeCase(fields));
  events.on(name as Name, listener as (fields: object) => void);
}

const inSnakeCase = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

const asText = ([name, value]: [string, unknown]): string =>
  `${name}=${typeof value === 'string' && /^[^\s="]+$/.test(value) ? value : JSON.stringify(value, withoutBigints)}`;

const withoutBigints = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
