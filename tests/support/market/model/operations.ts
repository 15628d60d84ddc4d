import {
  acceptMarketAuthority,
  admitMeter,
  cancelOffer,
  cancelOrder,
  closeMeter,
  closeOffer,
  closeOrder,
  collectDue,
  createOffer,
  createOrder,
  EXPIRY_SECONDS,
  INTERVAL_SECONDS,
  meterAddress,
  nextInterval,
  offerAddress,
  orderAddress,
  proposeMarketAuthority,
  removeMeter,
  setMarketFees,
  setOperator,
  settleUse,
  type UsageLeaf,
  type UsageProof,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import { createTransferInstruction } from '@solana/spl-token';
import { type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { NO_ACCOUNT, NOT_INITIALIZED, TOO_FEW_TOKENS } from '../../chain';
import type { Dice } from '../../model/dice';
import { require } from '../../model/rules';
import type { Attempt } from '../../model/steps';
import type { ModelOffer, ModelOrder } from './market-model';
import { PURSE, type World } from './world';

const HOUR = 3_600n;
const MOST = 2n ** 64n - 1n;

const one = (
  what: string,
  instruction: TransactionInstruction,
  signers: readonly Keypair[],
  apply: () => void,
): Attempt => ({ what, instructions: [instruction], signers: [...signers], apply });

/** Nobody's attempt: there is nothing to try it on. */
const nothing = (what: string): Attempt => ({ what, instructions: [], signers: [], apply: () => {} });

/** The one who may do it, seldom another. */
const caller = (world: World, dice: Dice, right: number): number =>
  dice.rarely(6) ? (right + 1) % world.people.length : right;
const keyOf = (world: World, at: number): Keypair => world.people[at]!;

const pickOrder = (world: World, dice: Dice): ModelOrder | undefined =>
  dice.pick([...world.model.orders.values()]);
const pickOffer = (world: World, dice: Dice): ModelOffer | undefined =>
  dice.pick([...world.model.offers.values()]);

const timesOf = (dice: Dice, now: bigint) => ({
  from: dice.pick([now, 0n, now + HOUR]),
  until:
    nextInterval(now) + dice.pick([4n * INTERVAL_SECONDS, 2n * HOUR, 5n * 86_400n, 899n, 400n * 86_400n]),
});

/** Whether a meter is admitted; refuses one that isn't there. */
function admitted(world: World, area: number, device: number): boolean {
  const meter = world.meters.get(`${area} ${device}`);
  require(meter !== undefined, NOT_INITIALIZED);
  return meter.removedAt === 0n;
}

const FORGED: UsageProof = { index: 0, count: 1, nodes: [] };

/** The account's leaf with its proof; one that nobody signed, where it has none or by chance. */
function leafOf(world: World, account: ModelOrder | ModelOffer, dice: Dice): [UsageLeaf, UsageProof] {
  const found = world.model.epoch.tree.prove(account.address);
  const [leaf, proof] = [found?.leaf, found ?? FORGED];
  const made: UsageLeaf = {
    side: 'ask' in account ? 'offer' : 'order',
    account: account.address,
    birth: account.birth,
    counterparty: world.areas[account.area]!,
    units: leaf?.units ?? 1n,
    amount: leaf?.amount ?? 1n,
  };
  if (!dice.rarely(8)) return [made, proof];
  return [{ ...made, amount: made.amount === MOST ? 0n : made.amount + 1n }, proof];
}

export const operations: Record<string, (world: World, dice: Dice) => Attempt> = {
  createArea(world, dice) {
    const [at, by] = [dice.nat(2), caller(world, dice, world.authority)];
    return one(`${by} opens area ${at}`, world.areaCreation(at, by), [keyOf(world, by)], () => {
      require(by === world.authority, 'not-authority');
      require(false, 'wrong-address');
    });
  },

  setOperator(world, dice) {
    const [at, by, to] = [dice.nat(2), caller(world, dice, world.authority), dice.nat(world.people.length)];
    const built = setOperator({
      market: world.address,
      authority: keyOf(world, by).publicKey,
      area: world.areas[at]!,
      operator: keyOf(world, to).publicKey,
    });
    return one(`${by} makes ${to} operator of ${at}`, built, [keyOf(world, by)], () => {
      require(by === world.authority, 'not-authority');
      world.operators[at] = to;
    });
  },

  proposeAuthority(world, dice) {
    const [by, to] = [caller(world, dice, world.authority), dice.nat(world.people.length)];
    const authority = keyOf(world, to).publicKey;
    const key = keyOf(world, by);
    const built = proposeMarketAuthority({ market: world.address, caller: key.publicKey, authority });
    return one(`${by} proposes ${to}`, built, [key], () => {
      require(by === world.authority, 'not-authority');
      world.proposed = to;
    });
  },

  acceptAuthority(world, dice) {
    const by = caller(world, dice, world.proposed ?? 0);
    const key = keyOf(world, by);
    const built = acceptMarketAuthority({ market: world.address, caller: key.publicKey });
    return one(`${by} accepts`, built, [key], () => {
      require(by === world.proposed, 'not-proposed');
      world.authority = by;
      world.proposed = null;
    });
  },

  setFees(world, dice) {
    const by = caller(world, dice, world.authority);
    const [feeBps, burnBps] = [dice.pick([200, 0, 5_000, 1, 5_001]), dice.pick([0, 2_500, 10_000, 10_001])];
    const [fees, key] = [{ recipient: world.recipient, feeBps, burnBps }, keyOf(world, by)];
    const built = setMarketFees({ market: world.address, caller: key.publicKey, fees });
    return one(`${by} sets fees ${feeBps}, ${burnBps}`, built, [key], () => {
      require(by === world.authority, 'not-authority');
      world.model.setFees(fees);
    });
  },

  admitMeter(world, dice) {
    const [area, device] = [dice.nat(2), dice.nat(2)];
    const [by, name] = [caller(world, dice, world.operators[area]!), `${area} ${device}`];
    const key = keyOf(world, by);
    const built = admitMeter({ area: world.areas[area]!, operator: key.publicKey, device });
    return one(`${by} admits ${name}`, built, [key], () => {
      require(by === world.operators[area], 'not-operator');
      require(!world.meters.has(name), 'wrong-address');
      world.meters.set(name, { removedAt: 0n, payer: by });
    });
  },

  removeMeter(world, dice) {
    const [area, device] = [dice.nat(2), dice.nat(2)];
    const [meter, right] = [world.meters.get(`${area} ${device}`), world.operators[area]!];
    const by = meter ? caller(world, dice, right) : right;
    const key = keyOf(world, by);
    const built = removeMeter({ area: world.areas[area]!, operator: key.publicKey, device });
    return one(`${by} removes ${area} ${device}`, built, [key], () => {
      require(meter !== undefined, NO_ACCOUNT);
      require(by === world.operators[area], 'not-operator');
      require(meter.removedAt === 0n, 'already-removed');
      meter.removedAt = world.chain.now;
    });
  },

  closeMeter(world, dice) {
    const [area, device] = [dice.nat(2), dice.nat(2)];
    const meter = world.meters.get(`${area} ${device}`);
    const payer = meter ? caller(world, dice, meter.payer) : 0;
    const address = meterAddress({ area: world.areas[area]!, device });
    const of = { area: world.areas[area]!, admittedAt: 0n, removedAt: 0n, device };
    const built = closeMeter({ ...of, address, payer: keyOf(world, payer).publicKey });
    return one(`close meter ${area} ${device} for ${payer}`, built, [], () => {
      require(meter !== undefined, NO_ACCOUNT);
      require(payer === meter.payer, 'wrong-payer');
      const over = nextInterval(meter.removedAt) + EXPIRY_SECONDS;
      require(meter.removedAt > 0n && world.chain.now >= over, 'meter-in-use');
      world.meters.delete(`${area} ${device}`);
    });
  },

  createOffer(world, dice) {
    const [owner, area, device] = [dice.nat(world.people.length), dice.nat(2), dice.nat(2)];
    const { now } = world.chain;
    const terms = {
      use: 'energy' as const,
      capacity: dice.pick([1_000_000n, MOST, 5n, 0n]),
      minPrice: dice.pick([10n, 1n, 2n ** 40n, MOST, 0n]),
      ...timesOf(dice, now),
      devices: [device, 8],
      cancelFeeBps: 0,
    };
    const key = keyOf(world, owner);
    const at = { market: world.address, owner: key.publicKey, id: BigInt(dice.nat(3)) };
    const built = createOffer({ ...at, terms, area: world.areas[area]! });
    const named = { address: offerAddress(at), owner, area };
    return one(`${owner} offers in ${area}`, built, [key], () =>
      world.model.createOffer(named, terms, now, admitted(world, area, device)),
    );
  },

  createOrder(world, dice) {
    const [consumer, area, device] = [dice.nat(world.people.length), dice.nat(2), dice.nat(2)];
    const { now } = world.chain;
    const purse = world.model.purses[consumer]!;
    const terms = {
      use: 'energy' as const,
      budget: dice.pick([100_000n, purse / 2n, purse, 1n, purse + 1n, 0n, MOST]),
      maxPrice: dice.pick([30n, 2n ** 41n, 1n, MOST, 0n]),
      ...timesOf(dice, now),
      device,
      sessionKey: null,
    };
    const key = keyOf(world, consumer);
    const at = { market: world.address, consumer: key.publicKey, id: BigInt(dice.nat(3)) };
    const to = { market: world.market(), consumer: key.publicKey, id: at.id, area: world.areas[area]! };
    const named = { address: orderAddress(at), owner: consumer, area };
    return one(
      `${consumer} orders for ${terms.budget} in ${area}`,
      createOrder({ ...to, terms }),
      [key],
      () => world.model.createOrder(named, terms, now, admitted(world, area, device)),
    );
  },

  cancelOffer(world, dice) {
    const offer = pickOffer(world, dice);
    if (!offer) return nothing('no offer');
    const by = caller(world, dice, offer.owner);
    const built = cancelOffer({ address: offer.address, owner: keyOf(world, by).publicKey });
    return one(`${by} cancels an offer`, built, [keyOf(world, by)], () =>
      world.model.cancel(offer, by, world.chain.now),
    );
  },

  cancelOrder(world, dice) {
    const order = pickOrder(world, dice);
    if (!order) return nothing('no order');
    const by = caller(world, dice, order.owner);
    const built = cancelOrder({ address: order.address, consumer: keyOf(world, by).publicKey });
    return one(`${by} cancels an order`, built, [keyOf(world, by)], () =>
      world.model.cancel(order, by, world.chain.now),
    );
  },

  settleUse(world, dice) {
    const order = dice.pick([true, false]) ? pickOrder(world, dice) : undefined;
    const account = order ?? pickOffer(world, dice);
    if (!account) return nothing('no account');
    const [leaf, proof] = leafOf(world, account, dice);
    const area = dice.rarely(8) ? 1 - account.area : account.area;
    const market = { address: world.address, network: world.network };
    const built = settleUse({ market, leaf: { ...leaf, counterparty: world.areas[area]! }, proof });
    const { model, chain } = world;
    return one(`settle ${leaf.side} at ${leaf.units} for ${leaf.amount}`, built, [], () =>
      'ask' in account
        ? model.settleOffer(account, leaf, area, chain.now)
        : model.settleOrder(account, leaf, area, chain.now),
    );
  },

  closeOrder(world, dice) {
    const order = pickOrder(world, dice);
    if (!order) return nothing('no order');
    const kind = dice.pick(['used', 'unused', 'over'] as const);
    const [leaf, proof] = leafOf(world, order, dice);
    const { tree } = world.model.epoch;
    const own = { ...proof, leaves: [leaf] };
    const closing = {
      used: { leaf, proof },
      unused: { absence: tree.proveAbsent(order.address) ?? own },
      over: 'over' as const,
    };
    const to = caller(world, dice, order.owner);
    const built = closeOrder({
      market: world.market(),
      order: world.order(order.address),
      closing: closing[kind],
      destination: world.tokensOf(to),
    });
    return one(`close an order as ${kind} to ${to}`, built, [], () =>
      world.model.closeOrder(order, kind === 'used' ? leaf : kind, to, world.chain.now),
    );
  },

  collect(world, dice) {
    const offer = pickOffer(world, dice);
    if (!offer) return nothing('no offer');
    const [to, area] = [caller(world, dice, offer.owner), dice.rarely(8) ? 1 - offer.area : offer.area];
    const of = { ...world.offer(offer.address), area: world.areas[area]! };
    const built = collectDue({ market: world.market(), offer: of, destination: world.tokensOf(to) });
    return one(`collect from ${area} for ${to}`, built, [], () => world.model.collect(offer, area, to));
  },

  closeOffer(world, dice) {
    const offer = pickOffer(world, dice);
    if (!offer) return nothing('no offer');
    const by = caller(world, dice, offer.owner);
    const of = { ...world.offer(offer.address), owner: keyOf(world, by).publicKey };
    return one(
      `${by} closes an offer`,
      closeOffer({ market: world.market(), offer: of }),
      [keyOf(world, by)],
      () => world.model.closeOffer(offer, by, world.chain.now),
    );
  },

  withdrawFees(world) {
    return one('withdraw fees', withdrawMarketFees(world.market()), [], () => world.model.withdrawFees());
  },

  /** Somebody sends the vault tokens unasked. */
  donate(world, dice) {
    const [by, amount] = [dice.nat(world.people.length), dice.pick([1n, 1_000n, PURSE + 1n])];
    const [key, { vault }] = [keyOf(world, by), world.market()];
    const built = createTransferInstruction(world.tokensOf(by), new PublicKey(vault), key.publicKey, amount);
    return one(`${by} donates ${amount}`, built, [key], () => {
      require(amount <= world.model.purses[by]!, TOO_FEW_TOKENS);
      world.model.purses[by]! -= amount;
      world.model.donated += amount;
    });
  },
};
