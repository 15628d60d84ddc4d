import {
  advanceCalendar,
  CALENDAR_QUARTERS,
  endOf,
  isTaken,
  type Offer,
  priceText,
  QUARTER_SECONDS,
  quarterOf,
} from '@commonwire/sdk/market';
import { address, bigWhole, clusterUrl, flag, parseOptions } from '@commonwire/sdk/node';
import { z } from 'zod';
import { connect } from '../../connect';
import type { Action } from '../../governing/action';
import { date } from '../../owning/options';
import { telling } from '../../progress';
import { readSubject } from '../action';
import { requireBay } from './bay';
import { clockIn, inBoth, inUtc, zoneOf, zoneOption } from './zone';

/** Quarter-hours in a line of the picture: half a day. */
const LINE_QUARTERS = 48n;
const DAY_SECONDS = 86_400n;

const options = z.object({
  url: clusterUrl,
  address: address.meta({ operand: true }),
  from: date.optional(),
  days: bigWhole(1n, 31n, 'a number of days from 1 to 31').default(7n),
  zone: zoneOption,
  json: flag,
});

/** Shows when a bay is free. */
export const calendarAction: Action = {
  name: 'calendar',
  usage: 'OFFER [--from TIME] [--days N] [--zone NAME]',
  summary:
    'shows when a bay is free and taken, in UTC and the time of a zone: by default that of this machine',
  options,
  async run(command, argv, write) {
    const values = parseOptions(command, argv, options, 'address');
    const zone = zoneOf(values.zone);
    const connection = await connect(values.url);
    const { subject: offer, facts } = await telling(
      () => 'reading the bay',
      () => readSubject(connection, 'offer', values.address),
    );
    const shown = daysOf(offer, facts.now, values);
    const taken = spansOf(shown, 'taken');
    if (values.json) {
      const seconds = (quarter: bigint) => Number(quarter * QUARTER_SECONDS);
      const spans = (of: 'taken' | 'free') =>
        spansOf(shown, of).map(([from, until]) => ({ from: seconds(from), until: seconds(until) }));
      const { from, until } = shown;
      write(
        JSON.stringify({
          ...{ offer: `${offer.address}`, zone, now: Number(facts.now) },
          ...{ from: seconds(from), until: seconds(until), taken: spans('taken'), free: spans('free') },
        }),
      );
      return;
    }
    write(
      `bay ${offer.address}, ${priceText(offer.ask, 'parking', facts.decimals)}; now ${inBoth(zone, facts.now)}`,
    );
    for (const line of pictureOf(shown, zone)) write(line);
    for (const [from, until] of taken)
      write(`taken ${inBoth(zone, from * QUARTER_SECONDS)} until ${inBoth(zone, until * QUARTER_SECONDS)}`);
  },
};

type State = 'free' | 'taken' | 'closed';

/** Quarter-hours that are shown, and what each is. */
export interface Days {
  from: bigint;
  until: bigint;
  stateOf(quarter: bigint): State;
}

/** The days that are asked for, of which only what can still be reserved, and the offer lasts for, is free. @throws CliError */
export function daysOf(offer: Offer, now: bigint, asked: { from?: bigint | undefined; days: bigint }): Days {
  const current = quarterOf(now);
  const calendar = advanceCalendar(requireBay(offer), current);
  const begins = quarterOf(offer.terms.from);
  const ends = endOf(offer) / QUARTER_SECONDS;
  const start = (asked.from ?? now) / DAY_SECONDS;
  const from = quarterOf(start * DAY_SECONDS);
  return {
    from,
    until: from + quarterOf(asked.days * DAY_SECONDS),
    stateOf(quarter) {
      if (isTaken(calendar, quarter)) return 'taken';
      const isHeld = quarter >= current && quarter < current + CALENDAR_QUARTERS;
      return isHeld && quarter >= begins && quarter < ends ? 'free' : 'closed';
    },
  };
}

/** The times in which all is taken, or free. */
export function spansOf({ from, until, stateOf }: Days, state: State): [from: bigint, until: bigint][] {
  const spans: [bigint, bigint][] = [];
  for (let quarter = from; quarter < until; quarter++) {
    if (stateOf(quarter) !== state) continue;
    const last = spans.at(-1);
    if (last?.[1] === quarter) last[1] = quarter + 1n;
    else spans.push([quarter, quarter + 1n]);
  }
  return spans;
}

const SIGNS: Readonly<Record<State, string>> = { free: '.', taken: '#', closed: ' ' };

/** Half a day a line, four signs an hour: `.` is free, `#` taken, and a blank can't be reserved. */
export function pictureOf({ from, until, stateOf }: Days, zone: string): string[] {
  const hours = Array.from({ length: 12 }, (_, hour) => `+${hour}`.padEnd(4)).join('');
  const lines = [`${'UTC'.padEnd(19)}${'local'.padEnd(13)}${hours}`.trimEnd()];
  for (let start = from; start < until; start += LINE_QUARTERS) {
    const signs = Array.from(
      { length: Number(LINE_QUARTERS) },
      (_, at) => SIGNS[stateOf(start + BigInt(at))],
    );
    const at = start * QUARTER_SECONDS;
    lines.push(`${inUtc(at)}  ${clockIn(zone, at)}  ${signs.join('')}`.trimEnd());
  }
  return [...lines, 'each sign is a quarter of an hour: . free, # taken, blank not to be had'];
}
