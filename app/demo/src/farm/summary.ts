import { DemoError } from '../errors';
import { flowsOf } from '../flows';
import { type Stage, tokensOf } from '../stage';
import type { SharedAsset } from './shared-asset';

/** What happened to two farms: base units in decimal, all read from token accounts and their transactions. */
export interface AssetsSummary {
  /** What backers paid into the escrow of the farm that reached its goal. */
  raised: string;
  /** What the farm that missed its goal gave back. */
  refunded: string;
  /** What the builder got. */
  tranches_paid: string;
  /** What holders got back for shares after the claw-back. */
  redeemed: string;
  /** Of the payment token: what was deposited for stakers, and what of that they claimed. */
  revenue: string;
  claimed: string;
  /** Of the network's token: what the farm's devices were paid, and what of that stakers claimed. */
  rewards: string;
  rewards_claimed: string;
}

interface Farms {
  farm: SharedAsset;
  second: SharedAsset;
}

/**
 * Sums up from the token accounts, and compares with the assets' own books.
 * @throws DemoError `sums-differ` if a token is missing anywhere
 */
export async function sumUp(stage: Stage, { farm, second }: Farms): Promise<AssetsSummary> {
  const { connection } = stage;
  const [funded, failed] = [await farm.read(), await second.read()];
  const [payment, reward] = funded.revenue;
  const [escrow, returned, revenue, rewards] = await Promise.all(
    [funded.escrow, failed.escrow, payment.vault, reward!.vault].map((account) =>
      flowsOf(connection, account),
    ),
  );
  const built = await stage.balance(tokensOf(payment.mint, funded.terms.builder));
  const same = (what: string, one: bigint, other: bigint) => {
    if (one !== other) throw new DemoError('sums-differ', `${what}: ${one} is not ${other}`);
  };
  same('what the price of all shares is, and what was paid in', funded.sold * funded.terms.price, escrow!.in);
  same('what is left of a farm, and what its escrow holds', funded.left, escrow!.in - escrow!.out);
  same('what a failed farm took in, and what it gave back', returned!.in, returned!.out);
  same('unclaimed revenue, and what the vault holds', payment.held, revenue!.in - revenue!.out);
  return {
    raised: `${escrow!.in}`,
    refunded: `${returned!.out}`,
    tranches_paid: `${built}`,
    redeemed: `${escrow!.out - built}`,
    revenue: `${revenue!.in}`,
    claimed: `${revenue!.out}`,
    rewards: `${rewards!.in}`,
    rewards_claimed: `${rewards!.out}`,
  };
}
