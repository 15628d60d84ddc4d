/** What an oracle's HTTP API says of the energy market, by the promoted epochs' datasets. Units are Wh, prices base units a Wh. */
import * as z from 'zod';
import { address, amount, hash, natural } from './fields';

/** An interval in an area; `price` is null if nothing traded. */
export const areaClearingSchema = z.object({
  epoch: natural,
  start: natural,
  demand: amount,
  supply: amount,
  quantity: amount,
  low: amount.nullable(),
  high: amount.nullable(),
  price: amount.nullable(),
});

/**
 * `GET /v1/areas/{cell}`: the areas with that H3 cell, one of a market at most, with their clearings, latest first. They are
 * of epochs below the asked `before`, or the current one and those before it; `next_before` asks for earlier ones.
 */
export const areaInfoSchema = z.object({
  cell: z.string(),
  /** The current epoch. */
  epoch: natural,
  areas: z.array(
    z.object({
      area: address,
      market: address,
      loss_bps: natural,
      clearings: z.array(areaClearingSchema),
    }),
  ),
  next_before: natural.nullable(),
});

/** `GET /v1/areas`: areas in the current epoch's book, with how many offers and orders it has in each; `next_after` asks for the next page. */
export const areaListSchema = z.object({
  epoch: natural,
  areas: z.array(
    z.object({
      area: address,
      market: address,
      cell: z.string(),
      loss_bps: natural,
      offers: natural,
      orders: natural,
    }),
  ),
  next_after: address.nullable(),
});

/** What offers and orders have in common; `cancelled_at` is 0 for one that wasn't. */
const accountFields = {
  account: address,
  market: address,
  area: address,
  owner: address,
  birth: amount,
  from: natural,
  until: natural,
  cancelled_at: natural,
};

/** `devices`: the meter, then what generates behind it. `ask` is before the fee. */
export const energyOfferSchema = z.object({
  ...accountFields,
  devices: z.array(natural),
  ask: amount,
  capacity: amount,
});

/** `budget`: base units in all. */
export const energyOrderSchema = z.object({
  ...accountFields,
  device: natural,
  max_price: amount,
  budget: amount,
});

/** A line of `GET /v1/offers`: `open_capacity` is what it hasn't delivered yet. */
export const openOfferSchema = energyOfferSchema.extend({ open_capacity: amount });

/** `GET /v1/offers?area=`, by the bytes of their addresses; `next_after` asks for the next page. */
export const offerListSchema = z.object({
  epoch: natural,
  offers: z.array(openOfferSchema),
  next_after: address.nullable(),
});

/** `GET /v1/orders`, in the book's order: each is an offer or an order, the other is null. `next_after` asks for the next page. */
export const traderListSchema = z.object({
  epoch: natural,
  accounts: z.array(z.object({ offer: energyOfferSchema.nullable(), order: energyOrderSchema.nullable() })),
  next_after: address.nullable(),
});

/** A leaf of the usage tree. */
export const usageLeafSchema = z.object({
  side: z.enum(['order', 'offer']),
  account: address,
  birth: amount,
  counterparty: address,
  units: amount,
  amount,
});

const proofFields = { index: natural, count: natural, nodes: z.array(hash).max(64) };

/**
 * `GET /v1/orders/{address}`, about an order or an offer. It has `usage`, its leaf under the `usage_root` of the current
 * epoch, or `absence`, the neighbours that prove that it has none. `offer` and `order` are null for the other side, and for
 * an account that neither the epoch's book nor the chain has any more. `cleared`: what this epoch cleared for it, latest first.
 */
export const orderInfoSchema = z.object({
  account: address,
  epoch: natural,
  usage_root: hash,
  offer: energyOfferSchema.nullable(),
  order: energyOrderSchema.nullable(),
  cleared: z.array(z.object({ start: natural, units: amount, price: amount })),
  usage: z.object({ leaf: usageLeafSchema, ...proofFields }).nullable(),
  absence: z.object({ leaves: z.array(usageLeafSchema).max(2), ...proofFields }).nullable(),
});

export type AreaClearingInfo = z.output<typeof areaClearingSchema>;
export type AreaInfo = z.output<typeof areaInfoSchema>;
export type AreaList = z.output<typeof areaListSchema>;
export type TraderList = z.output<typeof traderListSchema>;
export type EnergyOfferInfo = z.output<typeof energyOfferSchema>;
export type EnergyOrderInfo = z.output<typeof energyOrderSchema>;
export type OfferList = z.output<typeof offerListSchema>;
export type UsageLeafInfo = z.output<typeof usageLeafSchema>;
export type OrderInfo = z.output<typeof orderInfoSchema>;
