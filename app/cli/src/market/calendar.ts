import { fetchOffer, isTaken, QUARTER_SECONDS, quarterOf, readMarketFacts } from '@commonwire/sdk/market';
import { address, clusterUrl, flag, parseOptions, whole } from '@commonwire/sdk/node';
import { z } from 'zod';
import { connect } from '../connect';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { telling } from '../progress';

const QUARTERS_A_DAY = 96n;

const options = z.object({
  url: clusterUrl,
  offer: address.meta({ operand: true }),
  days: whole(1, 31).default(7),
  json: flag,
});

/** Shows which time of a bay is taken. */
export const calendarAction: Action = {
  name: 'calendar',
  usage: 'OFFER [--days N]',
  summary: 'shows which quarters of an hour of a bay are taken, day by day in UTC',
  options,
  async run(command, argv, write) {
    const { url, offer: at, days, json } = parseOptions(command, argv, options, 'offer');
    const connection = await connect(url);
    const { offer, now } = await telling(
      () => 'reading the bay',
      async () => {
        const offer = await fetchOffer(connection, at);
        return { offer, now: (await readMarketFacts(connection, offer.market)).now };
      },
    );
    const { calendar } = offer;
    if (!calendar)
      throw new CliError('wrong-use', `offer ${at} is of ${offer.terms.use}, which has no calendar`);
    const current = quarterOf(now);
    const today = current - (current % QUARTERS_A_DAY);
    const end = today + BigInt(days) * QUARTERS_A_DAY;
    const taken: { from: number; until: number }[] = [];
    for (let quarter = current; quarter < end; quarter++) {
      if (!isTaken(calendar, quarter)) continue;
      const [from, until] = [Number(quarter * QUARTER_SECONDS), Number((quarter + 1n) * QUARTER_SECONDS)];
      const last = taken.at(-1);
      if (last?.until === from) last.until = until;
      else taken.push({ from, until });
    }
    if (json) {
      const [from, until] = [Number(current * QUARTER_SECONDS), Number(end * QUARTER_SECONDS)];
      return write(
        JSON.stringify({ offer: at.toBase58(), device: offer.terms.devices[0], from, until, taken }),
      );
    }
    write(`bay ${offer.terms.devices[0]}: # taken, . free, a sign for each quarter of an hour, UTC`);
    write(
      `${' '.repeat(12)}${[0, 4, 8, 12, 16, 20].map((hour) => `${hour}:00`.padEnd(17)).join('')}`.trimEnd(),
    );
    for (let day = today; day < end; day += QUARTERS_A_DAY) {
      const signs = Array.from({ length: Number(QUARTERS_A_DAY) }, (_, i) => {
        const quarter = day + BigInt(i);
        return quarter < current ? ' ' : isTaken(calendar, quarter) ? '#' : '.';
      });
      const groups = Array.from({ length: 6 }, (_, i) => signs.slice(i * 16, i * 16 + 16).join(''));
      write(
        `${new Date(Number(day * QUARTER_SECONDS) * 1000).toISOString().slice(0, 10)}  ${groups.join(' ')}`.trimEnd(),
      );
    }
  },
};
