import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import type { Asset } from '../accounts';
import { stakeAddress } from '../addresses';
import { instruction } from '../program';
import { streamOf, tokensOf } from './accounts';

interface OfStream {
  asset: Asset;
  /** `PAYMENT_STREAM`, the default, or `REWARD_STREAM`. */
  stream?: number;
}

/** Deposits revenue, which the next window streams to those who have staked then. The depositor signs. */
export const depositRevenue = (
  args: OfStream & {
    depositor: PublicKey;
    /** Base units. */
    amount: bigint;
    /** Pays. Default: the depositor's associated token account. */
    source?: PublicKey;
  },
): TransactionInstruction => {
  const { asset, stream = 0, depositor } = args;
  const revenue = streamOf(asset, stream);
  return instruction(
    'depositRevenue',
    { stream, amount: bn(args.amount) },
    {
      depositor,
      asset: asset.address,
      source: args.source ?? tokensOf(revenue, depositor),
      vault: revenue.vault,
      tokenProgram: revenue.tokenProgram,
    },
  );
};

/** Takes in what has arrived in a stream's vault by settlement or plain transfer. Anyone may send it. */
export const sweepRevenue = ({ asset, stream = 0 }: OfStream): TransactionInstruction =>
  instruction('sweep', { stream }, { asset: asset.address, vault: streamOf(asset, stream).vault });

/** Pays a stake's owner what it has earned of one stream. The owner signs. */
export const claimRevenue = (
  args: OfStream & {
    owner: PublicKey;
    /** Is paid. Default: the owner's associated token account. */
    destination?: PublicKey;
  },
): TransactionInstruction => {
  const { asset, stream = 0, owner } = args;
  const revenue = streamOf(asset, stream);
  return instruction(
    'claim',
    { stream },
    {
      owner,
      asset: asset.address,
      stake: stakeAddress({ asset: asset.address, owner }),
      vault: revenue.vault,
      destination: args.destination ?? tokensOf(revenue, owner),
      tokenProgram: revenue.tokenProgram,
    },
  );
};
