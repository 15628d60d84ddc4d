/** The accounts of a market as its clearing knows them. */
import type { Book, Market, Offer, Order } from '@commonwire/sdk/market';
import type { ChainOffer, ChainOrder, MarketAccounts } from './accounts';

/** What a market has for energy. */
export function energyAccounts(
  { address, lateWindowSeconds }: Pick<Market, 'address' | 'lateWindowSeconds'>,
  { areas, meters, offers, orders }: Book,
): MarketAccounts {
  const energy = areas.filter(({ uses }) => uses.includes('energy'));
  const known = new Set(energy.map((area) => area.address.toBase58()));
  return {
    market: address.toBase58(),
    lateSeconds: lateWindowSeconds,
    areas: energy.map(({ address: area, cell, lossBps }) => ({
      address: area.toBase58(),
      cell: cell.toString(16),
      lossBps,
    })),
    meters: meters
      .map(({ area, device, admittedAt, removedAt }) => ({
        area: area.toBase58(),
        device,
        admittedAt: Number(admittedAt),
        removedAt: Number(removedAt),
      }))
      .filter(({ area }) => known.has(area)),
    offers: offers.flatMap(energyOffer),
    orders: orders.flatMap(energyOrder),
  };
}

/** An offer as the clearing knows it; none if it is of something else than energy. */
export const energyOffer = ({ address, area, terms, owner, ask, ...offer }: Offer): ChainOffer[] =>
  area && terms.use === 'energy'
    ? [
        {
          ...{ address: address.toBase58(), birth: offer.birth, owner: owner.toBase58() },
          ...{ area: area.toBase58(), devices: terms.devices, ...timesOf(terms, offer) },
          ...{ ask, capacity: terms.capacity },
        },
      ]
    : [];

/** The same of an order. */
export const energyOrder = ({ address, consumer, counterparty, terms, ...order }: Order): ChainOrder[] =>
  terms.use === 'energy'
    ? [
        {
          ...{ address: address.toBase58(), birth: order.birth, owner: consumer.toBase58() },
          ...{ area: counterparty.toBase58(), device: terms.device, ...timesOf(terms, order) },
          ...{ maxPrice: terms.maxPrice, budget: terms.budget },
        },
      ]
    : [];

const timesOf = (
  { from, until }: { from: bigint; until: bigint },
  { cancelledAt }: { cancelledAt: bigint },
) => ({ from: Number(from), until: Number(until), cancelledAt: Number(cancelledAt) });
