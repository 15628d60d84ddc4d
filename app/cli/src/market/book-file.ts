/** A file with all that the energy market is cleared from. */
import { type ClearingInput, fromBase58, type MarketDevice } from '@commonwire/oracle/domain';
import { Kind } from '@commonwire/sdk/device';
import { readBytes } from '@commonwire/sdk/node';
import { z } from 'zod';
import { CliError } from '../errors';

/** More than any area has, and few enough to be read at once. */
const MOST_ACCOUNTS = 100_000;
const MOST_REPORTS = 1_000_000;
/** The longest time that is cleared at once, a month: each interval costs work. */
const MOST_SECONDS = 31 * 86_400;

const amount = z
  .string()
  .regex(/^\d{1,20}$/, 'is not a whole number in decimal')
  .transform(BigInt)
  .refine((value) => value < 1n << 64n, 'is not below 2^64');
const time = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const index = z.number().int().min(0).max(0xffff_ffff);
const address = z.string().refine((text) => {
  try {
    return fromBase58(text).length === 32;
  } catch {
    return false;
  }
}, 'is not an address in base58');
const many = <T extends z.ZodType>(item: T, most = MOST_ACCOUNTS) => z.array(item).max(most);

const account = {
  address,
  birth: amount,
  owner: address,
  area: address,
  meter: index,
  from: time,
  end: time,
};

const bookFile = z
  .strictObject({
    late_window_seconds: time.default(7_200),
    cleared_until: time.refine((at) => at % 900 === 0, 'does not begin a quarter of an hour'),
    cut_time: time,
    areas: many(z.strictObject({ address, loss_bps: z.number().int().min(0).max(10_000).default(0) }), 1_000),
    meters: many(z.strictObject({ area: address, device: index, from: time, end: time })),
    devices: many(
      z.strictObject({
        index,
        kind: z.enum(['energy', 'meter'], 'is neither energy nor meter'),
        owner: address,
      }),
    ),
    offers: many(
      z.strictObject({ ...account, generators: z.array(index).max(7), ask: amount, capacity: amount }),
    ),
    orders: many(z.strictObject({ ...account, max_price: amount, budget: amount })),
    reports: many(
      z.strictObject({
        device: index,
        start: time,
        seconds: z.number().int().min(60).max(3_600),
        out: amount.default(0n),
        in: amount.default(0n),
      }),
      MOST_REPORTS,
    ),
    usage: many(
      z.strictObject({
        side: z.enum(['order', 'offer']),
        account: address,
        birth: amount,
        counterparty: address,
        units: amount,
        amount,
      }),
    ).default([]),
  })
  .refine(({ cut_time, cleared_until }) => cut_time - cleared_until <= MOST_SECONDS, {
    path: ['cut_time'],
    message: 'is more than 31 days after cleared_until',
  });

/**
 * Reads a file.
 * @throws CliError `bad-file` naming the first field that is wrong
 */
export function readBook(file: string): ClearingInput {
  const bad = (why: string, cause?: unknown) => new CliError('bad-file', `${file} ${why}`, { cause });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(readBytes(file)));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw bad(`is not JSON: ${cause.message}`, cause);
    throw new CliError('bad-file', (cause as Error).message, { cause });
  }
  const { success, data, error } = bookFile.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    throw bad(`is not a book: ${issue?.path.join('.') || 'the file'} ${issue?.message}`, error);
  }
  for (const name of ['offers', 'orders'] as const) {
    const seen = new Set<string>();
    for (const { address: at } of data[name]) {
      if (seen.has(at)) throw bad(`is not a book: ${name} has ${at} twice`);
      seen.add(at);
    }
  }
  const devices = new Map(
    data.devices.map(({ index: at, kind, owner }): [number, MarketDevice] => [
      at,
      { kind: Kind[kind], owner },
    ]),
  );
  return {
    book: {
      lateSeconds: data.late_window_seconds,
      areas: data.areas.map(({ address: at, loss_bps }) => ({ address: at, lossBps: loss_bps })),
      meters: data.meters,
      offers: data.offers,
      orders: data.orders.map(({ max_price: maxPrice, ...order }) => ({ ...order, maxPrice })),
    },
    device: (at) => devices.get(at),
    reports: data.reports,
    usage: data.usage,
    clearedUntil: data.cleared_until,
    cutTime: data.cut_time,
  };
}
