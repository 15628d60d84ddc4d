import { parseUnits, time, tokens } from '@commonwire/sdk/core';
import {
  askOf,
  cancelOffer,
  closeOffer,
  collectable,
  collectDue,
  createOffer,
  decodeOffer,
  expiryOf,
  fetchArea,
  nextInterval,
  type Offer,
  type OfferTerms,
  offerAddress,
  owedTo,
  payableBy,
  priceText,
  quantityText,
  USE_UNITS,
} from '@commonwire/sdk/market';
import { UsageError } from '@commonwire/sdk/node';
import type { Connection } from '@solana/web3.js';
import type { Role } from '../acting';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { date } from '../owning/options';
import { defineMarketAction, nothing } from './action';
import { requireAdmitted } from './area-actions';
import { decimalText, devices, energyPrice, number } from './options';
import { openTokens, tokensOf, watchTokens } from './subjects';
import { overBy, placeOf, requireClosable, spanOf } from './trading';

const ownerOf = ({ owner }: Offer): Role => ({ name: "offer's owner", address: owner });

/** What sellers of energy do, in the order of the help. */
export const offerActions: readonly Action[] = [
  defineMarketAction({
    name: 'create',
    about: 'area',
    usage: '--devices METER[,N...] --price TOKENS --capacity KWH [--from TIME] --until TIME [--id N]',
    summary:
      'offers energy of a meter, and of what generates behind it, for at least --price a kWh after the fee; never changes but for cancelling',
    options: {
      devices,
      price: decimalText,
      capacity: decimalText,
      from: date.optional(),
      until: date,
      id: number.optional(),
    },
    plan: async ({ connection, subject: area, facts, signer: owner, values }) => {
      const { decimals, market } = facts;
      const minPrice = energyPrice('--price', values.price, decimals);
      const capacity = parseUnits(values.capacity, USE_UNITS.energy.decimals);
      if (!capacity)
        throw new UsageError(
          `--capacity: ${values.capacity} kWh is zero, too large or no whole number of Wh`,
        );
      const addressOf = (id: bigint) => offerAddress({ market: market.address, owner, id });
      const { id, at, there } = await placeOf(connection, values.id, addressOf, decodeOffer);
      const made = { offer: at.toBase58(), id: `${id}` };
      const terms = { use: 'energy', minPrice, capacity, devices: values.devices, cancelFeeBps: 0 } as const;
      if (there) {
        if (isSame(there, terms))
          return { ...nothing(`offer ${id} is made with just these terms: ${at}`), made };
        throw new UsageError(`--id: ${owner} has another offer ${id} already: ${at}`);
      }
      const span = spanOf(facts, values);
      await requireAdmitted(connection, area, values.devices[0]!);
      const { feeBps } = market.fees;
      return {
        groups: [
          [
            createOffer({
              market: market.address,
              owner,
              id,
              terms: { ...terms, ...span },
              area: area.address,
            }),
          ],
        ],
        effects: [
          `offer ${at}: ${quantityText(capacity, 'energy')} at most, from ${time(span.from)} until ${time(span.until)}`,
          `the seller gets ${priceText(minPrice, 'energy', decimals)} at least; with the fee of ${feeBps / 100} % it asks ${priceText(askOf(minPrice, feeBps), 'energy', decimals)}`,
        ],
        next: [`It is cleared in area ${area.address}: commonwire market show ${at}`],
        made,
      };
    },
  }),
  defineMarketAction({
    name: 'cancel',
    about: 'offer',
    usage: '',
    summary: 'the owner cancels an offer, from the next quarter of an hour on',
    options: {},
    role: ownerOf,
    plan: ({ subject: offer, facts }) => {
      const over = overBy(facts, offer);
      if (over) return nothing(over);
      return {
        groups: [[cancelOffer(offer)]],
        effects: [
          `offer ${offer.address} ends ${time(nextInterval(facts.now))}; what was sold until then is paid`,
        ],
      };
    },
  }),
  defineMarketAction({
    name: 'collect',
    about: 'offer',
    usage: '',
    summary: "sends an offer's owner what buyers have paid; anybody may",
    options: {},
    plan: async ({ connection, subject: offer, facts, payer }) => {
      const { owner } = offer;
      const owed = owedTo(offer);
      const due = await dueOf(connection, offer);
      if (due === 0n)
        return nothing(
          owed > 0n
            ? `nothing is due yet: ${tokens(owed, facts.decimals)} tokens are owed until the orders of the area are settled with commonwire market settle`
            : 'nothing is due',
        );
      return {
        groups: [[openTokens(facts, payer, owner), collectDue({ market: facts.market, offer })]],
        effects: [`${tokens(due, facts.decimals)} tokens go to ${owner}`],
        watched: watchTokens(facts, "seller's tokens", tokensOf(facts, owner)),
      };
    },
  }),
  defineMarketAction({
    name: 'close',
    about: 'offer',
    usage: '',
    summary: 'the owner closes an offer that is over, collects what it is due, and gets its rent back',
    options: {},
    role: ownerOf,
    plan: async ({ connection, subject: offer, facts, payer }) => {
      const { owner, address: at } = offer;
      requireClosable(facts, offer);
      const area = offer.area && (await fetchArea(connection, offer.area));
      const due = collectable(offer, area);
      const owed = owedTo(offer) - (area ? payableBy(area, offer) : 0n);
      const isExpired = facts.now >= expiryOf(offer);
      if (owed > 0n && !isExpired)
        throw new CliError(
          'still-owed',
          `offer ${at} is still owed ${tokens(owed, facts.decimals)} tokens: settle the orders of its area with commonwire market settle, and it is paid; from ${time(expiryOf(offer))} on it can be closed without`,
        );
      const lost =
        owed > 0n ? [`${tokens(owed, facts.decimals)} tokens that its area never had are lost`] : [];
      const collecting = [openTokens(facts, payer, owner), collectDue({ market: facts.market, offer })];
      return {
        groups: [[...(due > 0n ? collecting : []), closeOffer({ market: facts.market, offer })]],
        effects: [
          ...(due > 0n ? [`${tokens(due, facts.decimals)} tokens go to ${owner}`] : []),
          ...lost,
          `closes offer ${at}; its rent goes back to ${owner}`,
        ],
        watched: watchTokens(facts, "seller's tokens", tokensOf(facts, owner)),
      };
    },
  }),
];

/** What can be collected now. */
const dueOf = async (connection: Connection, offer: Offer): Promise<bigint> =>
  collectable(offer, offer.area && (await fetchArea(connection, offer.area)));

const isSame = (there: Offer, terms: Omit<OfferTerms, 'from' | 'until'>): boolean =>
  there.terms.use === terms.use &&
  there.terms.minPrice === terms.minPrice &&
  there.terms.capacity === terms.capacity &&
  there.terms.devices.join() === terms.devices.join();
