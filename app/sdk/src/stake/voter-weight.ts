import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { toLatin1 } from '../core/bytes';
import { maxVoterWeightAddress, voterWeightAddress } from './addresses';
import { instruction } from './program';

/** Whose weight is meant. */
interface OfVoter {
  pool: PublicKey;
  owner: PublicKey;
}

/** An action of SPL Governance that needs weight, other than a vote. */
export type WeightAction = 'commentProposal' | 'createGovernance' | 'createProposal' | 'signOffProposal';

/** Makes an owner's record of voter weight, once; the owner signs and pays the rent. */
export const openVoterWeight = (args: OfVoter): TransactionInstruction =>
  instruction('openVoterWeight', {}, { ...args, voterWeight: voterWeightAddress(args) });

/** Closes it; its rent goes back to the owner, who signs. */
export const closeVoterWeight = (args: OfVoter): TransactionInstruction =>
  instruction('closeVoterWeight', {}, { owner: args.owner, voterWeight: voterWeightAddress(args) });

/** Weighs positions for a vote on one proposal, in the transaction that votes. Anyone may send it. */
export const weighVote = (
  args: OfVoter & { proposal: PublicKey; governance: PublicKey; positions: readonly PublicKey[] },
): TransactionInstruction => {
  const { pool, proposal, governance } = args;
  const voterWeight = voterWeightAddress(args);
  return withPositions(
    instruction('weighVote', {}, { pool, voterWeight, proposal, governance }),
    args.positions,
  );
};

/**
 * Weighs positions for another action, in the transaction that does it. Anyone may send it.
 * @param args.target what the action is about: a proposal, the governance that a proposal is made in, or the realm that a
 * governance is made in
 */
export const weighAction = (
  args: OfVoter & { action: WeightAction; target: PublicKey; positions: readonly PublicKey[] },
): TransactionInstruction => {
  const { pool, target } = args;
  const voterWeight = voterWeightAddress(args);
  return withPositions(
    instruction('weighAction', { action: { [args.action]: {} } }, { pool, voterWeight, target }),
    args.positions,
  );
};

/** Writes the most that could vote, in the transaction that votes or ends a vote. Anyone may send it. */
export const weighPool = (pool: PublicKey): TransactionInstruction =>
  instruction('weighPool', {}, { pool, maxVoterWeight: maxVoterWeightAddress(pool) });

/** Adds positions in the order that the program asks for. */
function withPositions(
  built: TransactionInstruction,
  positions: readonly PublicKey[],
): TransactionInstruction {
  const sorted = [...positions].sort((a, b) => (toLatin1(a.toBytes()) < toLatin1(b.toBytes()) ? -1 : 1));
  for (const pubkey of sorted) built.keys.push({ pubkey, isSigner: false, isWritable: false });
  return built;
}
