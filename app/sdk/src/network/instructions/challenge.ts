import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { buffer, concat } from '../../core/bytes';
import { ownerRecordAddress, witnessAddress } from '../addresses';

import { instruction, PROGRAM_ID } from '../program';

/** A device's leaf and its path to a root. */
export interface ProvenLeaf {
  index: number;
  /** 32 bytes. */
  owner: PublicKey;
  /** Base units since the start. */
  earned: bigint;
  /** `LedgerTree.proveRun(index, 1)`. */
  proof: readonly Uint8Array[];
}

const leafArguments = ({ index, owner, earned, proof }: ProvenLeaf) => ({
  index,
  owner,
  earned: bn(earned),
  proof: buffer(concat(...proof)),
});

/** Stores a device's leaf under the current root for a challenge. `closeWitness` returns its rent. */
export const witnessLeaf = (args: {
  network: PublicKey;
  payer: PublicKey;
  leaf: ProvenLeaf;
}): TransactionInstruction => {
  const { network, payer, leaf } = args;
  const witness = witnessAddress({ payer, network, index: leaf.index });
  return instruction('witnessLeaf', leafArguments(leaf), { payer, network, witness });
};

/** Closes a witness and returns its rent to the payer, who signs. */
export const closeWitness = (args: {
  network: PublicKey;
  payer: PublicKey;
  index: number;
}): TransactionInstruction =>
  instruction('closeWitness', {}, { payer: args.payer, witness: witnessAddress(args) });

/**
 * Voids the pending epoch by proving one leaf that the rules forbid. Anyone may send it. `witness` is that of the same
 * device, made by `witnessLeaf`; null for a device that isn't in the current ledger.
 */
export const challengeEpoch = (args: {
  network: PublicKey;
  leaf: ProvenLeaf;
  witness: PublicKey | null;
}): TransactionInstruction => {
  const { network, leaf, witness } = args;
  return instruction('challengeEpoch', leafArguments(leaf), {
    network,
    witness: witness ?? PROGRAM_ID,
    record: ownerRecordAddress({ network, index: leaf.index }),
  });
};
