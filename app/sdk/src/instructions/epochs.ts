import { BN } from '@coral-xyz/anchor';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { ed25519Instruction, type SignedMessage } from '../ed25519-instruction';
import { decodeEpochMessage } from '../epoch-message';
import { registryAddress, vaultAddress } from '../pda';
import { instruction } from '../program';

/** Replaces the committee: 1 to 9 Ed25519 keys of 32 bytes, more than half of which and at most 5 must sign. */
export function setCommittee(args: {
  network: PublicKey;
  authority: PublicKey;
  threshold: number;
  keys: readonly Uint8Array[];
}): TransactionInstruction {
  const { network, authority, threshold } = args;
  const keys = args.keys.map((key) => [...key]);
  return instruction('setCommittee', { threshold, keys }, { network, authority });
}

/** Ends an epoch's collection. Anyone may send it, `epochSeconds` after the last cut. */
export const cutEpoch = (network: PublicKey): TransactionInstruction =>
  instruction('cutEpoch', {}, { network, registry: registryAddress(network) });

/**
 * Posts an epoch with the committee's signatures over its message: the precompile's instruction and the program's,
 * which must stay neighbours in this order.
 */
export function postEpoch(network: PublicKey, signed: SignedMessage): TransactionInstruction[] {
  const message = decodeEpochMessage(signed.message);
  const claim = {
    attempt: message.attempt,
    earnedTotal: new BN(message.earnedTotal.toString()),
    ledgerRoot: [...message.ledgerRoot],
    usageRoot: [...message.usageRoot],
    datasetHash: [...message.datasetHash],
  };
  return [ed25519Instruction(signed), instruction('postEpoch', { claim }, { network })];
}

/** Makes the pending epoch current and mints what it added. Anyone may send it, after the challenge period. */
export const promote = ({ network, mint }: { network: PublicKey; mint: PublicKey }): TransactionInstruction =>
  instruction('promote', {}, { network, mint, vault: vaultAddress({ network, mint }) });
