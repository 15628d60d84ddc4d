import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { buffer, concatAll } from '../../core/bytes';
import { demandAddress, demandLogAddress } from '../addresses';
import { instruction } from '../program';
import type { ProvenLeaf } from './challenge';

/** A leaf of a pending epoch that is to be shown. */
export interface DemandedLeaf {
  network: PublicKey;
  epoch: bigint;
  attempt: number;
  index: number;
}

/**
 * Demands that a leaf of the pending epoch be shown, and stakes the policy's `demandBond`: an epoch with a leaf that nobody
 * shows is void. Anyone may, in the first half of the challenge period.
 */
export const demandLeaf = (args: DemandedLeaf & { demander: PublicKey }): TransactionInstruction =>
  instruction(
    'demandLeaf',
    { index: args.index },
    {
      demander: args.demander,
      network: args.network,
      demand: demandAddress(args),
      log: demandLogAddress(args.network),
    },
  );

/** Shows a leaf that was demanded. Anyone may, and receives the bond; the demander gets the rent back. */
export const answerDemand = (
  args: Omit<DemandedLeaf, 'index'> & { answerer: PublicKey; demander: PublicKey; leaf: ProvenLeaf },
): TransactionInstruction => {
  const { network, answerer, demander, leaf } = args;
  return instruction(
    'answerDemand',
    { owner: leaf.owner, earned: bn(leaf.earned), proof: buffer(concatAll(leaf.proof)) },
    {
      answerer,
      demander,
      network,
      demand: demandAddress({ ...args, index: leaf.index }),
      log: demandLogAddress(network),
    },
  );
};

/**
 * Ends a demand about an epoch that isn't pending any more, or whose time to answer is over: then the pending epoch becomes
 * void. Bond and rent go back to the demander. Anyone may send it.
 */
export const closeDemand = (args: DemandedLeaf & { demander: PublicKey }): TransactionInstruction =>
  instruction(
    'closeDemand',
    {},
    { demander: args.demander, network: args.network, demand: demandAddress(args) },
  );
