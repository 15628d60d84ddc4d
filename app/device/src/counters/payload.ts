import { type Count, PER_WATT_HOUR, type Sample } from './readings';

/** Deepest path into a payload. */
const MOST_STEPS = 16;
/** How far ahead of the agent's clock a payload's time may be, seconds. */
const AHEAD = 60;
/** Oracles refuse what began longer ago, seconds. */
const OLDEST = 36 * 3_600;

/** Where a payload has what it states. */
export interface PayloadPaths {
  /** Energy, or what was exported. Without it the payload is the number. */
  readonly exported?: readonly string[] | undefined;
  readonly imported?: readonly string[] | undefined;
  readonly time?: readonly string[] | undefined;
}

/** Why a payload is no sample. The code is stable. */
export class PayloadError extends Error {
  constructor(
    readonly code: 'unreadable-payload' | 'unreadable-value' | 'unreadable-time' | 'in-future' | 'too-old',
    message: string,
  ) {
    super(message);
  }
}

/** Reads a path such as `ENERGY.Total` or `meters[0].total`. @returns undefined if it is none */
export function parsePath(text: string): string[] | undefined {
  if (!/^[^.[\]\s]+(\[\d{1,6}\])*(\.[^.[\]\s]+(\[\d{1,6}\])*)*$/.test(text)) return undefined;
  const steps = text.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.length <= MOST_STEPS ? steps : undefined;
}

/**
 * Reads a counter's payload.
 * @param perUnit what 1 of its values is, mWh @param now device time, unix seconds, which is the sample's unless it has a time
 * @throws PayloadError
 */
export function readPayload(payload: Buffer, paths: PayloadPaths, perUnit: bigint, now: number): Sample {
  const text = payload.toString('utf8').trim();
  const isJson = paths.exported !== undefined || paths.time !== undefined;
  const document = isJson ? parse(text) : undefined;
  const count = (path: readonly string[] | undefined): Count =>
    readCount(path ? at(document, path) : text, perUnit);
  const time = paths.time ? readTime(at(document, paths.time), now) : now;
  const exported = count(paths.exported);
  return { time, exported, ...(paths.imported ? { imported: count(paths.imported) } : {}) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PayloadError('unreadable-payload', 'It is not JSON.');
  }
}

function at(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const step of path) {
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
    if (!has) throw new PayloadError('unreadable-value', `It has nothing at ${path.join('.')}.`);
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The digits as they are written, so that nothing is rounded. */
function readCount(value: unknown, perUnit: bigint): Count {
  const [, whole, fraction = ''] =
    typeof value === 'number' || typeof value === 'string'
      ? (/^(\d{1,18})(?:\.(\d{0,20}))?$/.exec(String(value)) ?? [])
      : [];
  if (whole === undefined)
    throw new PayloadError(
      'unreadable-value',
      `${String(JSON.stringify(value)).slice(0, 60)} is no count of energy.`,
    );
  const digits = fraction.slice(0, 12);
  const scale = 10n ** BigInt(digits.length);
  const unit = (PER_WATT_HOUR * perUnit) / 1_000n;
  const step = unit / scale;
  return { count: (BigInt(whole + digits) * unit) / scale, step: step > 0n ? step : 1n };
}

function readTime(value: unknown, now: number): number {
  const seconds =
    typeof value === 'number'
      ? value > 1e11
        ? value / 1000
        : value
      : typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(value)
        ? Date.parse(value) / 1000
        : Number.NaN;
  if (!Number.isFinite(seconds))
    throw new PayloadError(
      'unreadable-time',
      'Its time is neither unix time nor like 2026-11-27T12:00:00-07:00.',
    );
  if (seconds > now + AHEAD) throw new PayloadError('in-future', 'Its time is ahead of the clock.');
  if (seconds < now - OLDEST) throw new PayloadError('too-old', 'Its time is more than 36 hours ago.');
  return seconds;
}
