import {
  askOf,
  type Calendar,
  createOffer,
  decodeOffer,
  type Offer,
  type OfferTerms,
  offerAddress,
  parsePrice,
  priceText,
} from '@commonwire/sdk/market';
import { UsageError } from '@commonwire/sdk/node';
import { CliError } from '../../errors';
import type { Action } from '../../governing/action';
import { date } from '../../owning/options';
import { defineMarketAction, nothing } from '../action';
import { decimalText, device, number, percentage } from '../options';
import { placeOf, spanOf } from '../trading';
import { inBoth, zoneOf, zoneOption } from './zone';

/** The calendar of an offer that is a bay's. @throws CliError `wrong-use` */
export function requireBay({ calendar, terms, address }: Offer): Calendar {
  if (calendar) return calendar;
  throw new CliError('wrong-use', `offer ${address} is of ${terms.use}, not a bay: name an offer of parking`);
}

/** An owner offers a bay. */
export const offerAction: Action = defineMarketAction({
  name: 'offer',
  about: 'market',
  usage: '--device N --price TOKENS [--cancel-fee PERCENT] [--from TIME] --until TIME [--id N] [--zone NAME]',
  summary:
    'offers a bay for at least --price a minute after the fee; cancelling costs --cancel-fee of what was reserved, 5 % by default',
  options: {
    device,
    price: decimalText,
    'cancel-fee': percentage.default(500),
    from: date.optional(),
    until: date,
    id: number.optional(),
    zone: zoneOption,
  },
  plan: async ({ connection, facts, signer: owner, values }) => {
    const { decimals, market } = facts;
    const zone = zoneOf(values.zone);
    const minPrice = parsePrice(values.price, 'parking', decimals);
    if (!minPrice)
      throw new UsageError(
        `--price: ${values.price} tokens a minute is zero, too large or has more than ${decimals} decimals`,
      );
    const addressOf = (id: bigint) => offerAddress({ market: market.address, owner, id });
    const { id, at, there } = await placeOf(connection, values.id, addressOf, decodeOffer);
    const made = { offer: at.toBase58(), id: `${id}` };
    const wanted = { minPrice, device: values.device, cancelFeeBps: values['cancel-fee'] };
    if (there) {
      if (isSame(there.terms, wanted))
        return { ...nothing(`bay ${id} is offered with just these terms: ${at}`), made };
      throw new UsageError(`--id: ${owner} has another offer ${id} already: ${at}`);
    }
    const span = spanOf(facts, values);
    const terms: OfferTerms = {
      ...{ use: 'parking', minPrice, cancelFeeBps: wanted.cancelFeeBps },
      devices: [values.device],
      // All of its time.
      capacity: (span.until - span.from) / 60n,
      ...span,
    };
    const { feeBps } = market.fees;
    const price = (value: bigint) => priceText(value, 'parking', decimals);
    return {
      groups: [[createOffer({ market: market.address, owner, id, terms })]],
      effects: [
        `bay ${at}: from ${inBoth(zone, span.from)} until ${inBoth(zone, span.until)}`,
        `the owner gets ${price(minPrice)} at least; with the fee of ${feeBps / 100} % it asks ${price(askOf(minPrice, feeBps))}`,
        `cancelling costs ${wanted.cancelFeeBps / 100} % of what was reserved, or half an hour within an hour of its start`,
      ],
      next: [`commonwire parking calendar ${at}`],
      made,
    };
  },
});

const isSame = (
  { use, minPrice, devices, cancelFeeBps }: OfferTerms,
  wanted: { minPrice: bigint; device: number; cancelFeeBps: number },
): boolean =>
  use === 'parking' &&
  minPrice === wanted.minPrice &&
  devices.join() === `${wanted.device}` &&
  cancelFeeBps === wanted.cancelFeeBps;
