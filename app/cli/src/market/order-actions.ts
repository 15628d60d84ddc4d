import { parseUnits, time, tokens } from '@commonwire/sdk/core';
import {
  cancelOrder,
  closeOrder,
  createOrder,
  decodeOrder,
  leftOf,
  type MarketFacts,
  nextInterval,
  type Order,
  type OrderClosing,
  orderAddress,
  priceText,
  quantityText,
  UsageTree,
} from '@commonwire/sdk/market';
import { UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Role } from '../acting';
import { readBalances } from '../balances';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { date } from '../owning/options';
import { defineMarketAction, nothing } from './action';
import { requireAdmitted } from './area-actions';
import { decimalText, device, energyPrice, number } from './options';
import { openTokens, tokensOf, watchTokens } from './subjects';
import { overBy, placeOf, requireClosable, spanOf } from './trading';
import { readUsageTree } from './usage-file';

const consumerOf = ({ consumer }: Order): Role => ({ name: "order's consumer", address: consumer });

/** What buyers of energy do, in the order of the help. */
export const orderActions: readonly Action[] = [
  defineMarketAction({
    name: 'create',
    about: 'area',
    usage: '--device METER --price TOKENS --budget TOKENS [--from TIME] --until TIME [--id N]',
    summary:
      'orders energy for a meter for at most --price a kWh, and puts the budget in escrow; never changes but for cancelling',
    options: {
      device,
      price: decimalText,
      budget: decimalText,
      from: date.optional(),
      until: date,
      id: number.optional(),
    },
    plan: async ({ connection, subject: area, facts, signer: consumer, values }) => {
      const { decimals, market } = facts;
      const maxPrice = energyPrice('--price', values.price, decimals);
      const budget = parseUnits(values.budget, decimals);
      if (!budget)
        throw new UsageError(
          `--budget: ${values.budget} is zero, too large or has more than ${decimals} decimals`,
        );
      const addressOf = (id: bigint) => orderAddress({ market: market.address, consumer, id });
      const { id, at, there } = await placeOf(connection, values.id, addressOf, decodeOrder);
      const made = { order: at.toBase58(), id: `${id}` };
      if (there) {
        const { terms } = there;
        const isSame =
          terms.budget === budget && terms.maxPrice === maxPrice && terms.device === values.device;
        if (isSame) return { ...nothing(`order ${id} is made with just these terms: ${at}`), made };
        throw new UsageError(`--id: ${consumer} has another order ${id} already: ${at}`);
      }
      const span = spanOf(facts, values);
      await requireAdmitted(connection, area, values.device);
      await requireTokens(connection, facts, consumer, budget);
      const terms = {
        use: 'energy',
        budget,
        maxPrice,
        ...span,
        device: values.device,
        sessionKey: null,
      } as const;
      return {
        groups: [[createOrder({ market, consumer, id, terms, area: area.address })]],
        effects: [
          `order ${at}: ${tokens(budget, decimals)} tokens in escrow, from ${time(span.from)} until ${time(span.until)}`,
          `it pays ${priceText(maxPrice, 'energy', decimals)} at most, so the budget is enough for ${quantityText(budget / maxPrice, 'energy')} or more`,
        ],
        watched: watchTokens(facts, "buyer's tokens", tokensOf(facts, consumer)),
        next: [`It is cleared in area ${area.address}: commonwire market show ${at}`],
        made,
      };
    },
  }),
  defineMarketAction({
    name: 'cancel',
    about: 'order',
    usage: '',
    summary: 'the consumer cancels an order, from the next quarter of an hour on',
    options: {},
    role: consumerOf,
    plan: ({ subject: order, facts }) => {
      const over = overBy(facts, order);
      if (over) return nothing(over);
      return {
        groups: [[cancelOrder(order)]],
        effects: [
          `order ${order.address} ends ${time(nextInterval(facts.now))}; what was used until then is paid, and the rest comes back when it is closed`,
        ],
      };
    },
  }),
  defineMarketAction({
    name: 'close',
    about: 'order',
    usage: '[--usage FILE]',
    summary:
      "closes an order that is over, with the leaves of the current epoch where it isn't 30 days over; the rest of the budget goes back to the consumer; anybody may",
    options: { usage: z.string().optional() },
    plan: ({ subject: order, facts, payer, values }) => {
      const by = requireClosable(facts, order);
      const { consumer, address: at } = order;
      const { closing, paid } = by === 'time' ? over : provenBy(facts, order, values.usage);
      const left = leftOf(order) - paid;
      const show = (amount: bigint) => `${tokens(amount, facts.decimals)} tokens`;
      return {
        groups: [[openTokens(facts, payer, consumer), closeOrder({ market: facts.market, order, closing })]],
        effects: [
          ...(paid > 0n ? [`the order pays its last ${show(paid)} to its area`] : []),
          `closes order ${at}; ${show(left)} and its rent go back to ${consumer}`,
        ],
        watched: watchTokens(facts, "buyer's tokens", tokensOf(facts, consumer)),
      };
    },
  }),
];

const over: { closing: OrderClosing; paid: bigint } = { closing: 'over', paid: 0n };

/** The last leaf of an order, or that it has none. @throws UsageError FileError CliError */
function provenBy(
  facts: MarketFacts,
  order: Order,
  file: string | undefined,
): { closing: OrderClosing; paid: bigint } {
  const isUnused = facts.network.current.usageRoot.every((byte) => byte === 0);
  if (file === undefined && !isUnused)
    throw new UsageError(
      `--usage is missing: it takes the leaves of epoch ${facts.network.current.epoch} to show what the order has used`,
    );
  const tree = isUnused ? new UsageTree([]) : readUsageTree(file!, facts);
  const proven = tree.prove(order.address);
  if (!proven) return { closing: { absence: tree.proveAbsent(order.address)! }, paid: 0n };
  const { leaf, ...proof } = proven;
  if (leaf.birth === order.birth)
    return { closing: { leaf, proof }, paid: leaf.amount - order.settledAmount };
  throw new CliError(
    'usage-differs',
    `the leaf of ${order.address} is of an order that was there before: wait for the next epoch, which knows this one`,
  );
}

/** The token program's own refusal says little. @throws CliError `not-enough` */
export async function requireTokens(
  connection: Connection,
  facts: MarketFacts,
  consumer: PublicKey,
  budget: bigint,
): Promise<void> {
  const account = tokensOf(facts, consumer);
  const [watched] = watchTokens(facts, "buyer's tokens", account);
  const [has = 0n] = await readBalances(connection, [watched!]);
  if (has >= budget) return;
  const show = (amount: bigint) => tokens(amount, facts.decimals);
  throw new CliError(
    'not-enough',
    `${consumer} has ${show(has)} tokens of ${facts.market.mint}, but --budget is ${show(budget)}: it comes from its associated token account ${account}; send the tokens there first`,
  );
}
