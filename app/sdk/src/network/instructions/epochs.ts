import { BN } from '@coral-xyz/anchor';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID } from '../../core/addresses';
import { ed25519Instruction, type SignedMessage } from '../../core/ed25519-instruction';
import { registryAddress, vaultAddress } from '../addresses';
import { decodeEpochMessage } from '../epoch-message';
import { instruction } from '../program';

/** Replaces the committee: 1 to 9 Ed25519 keys of 32 bytes, more than half of which and at most 5 must sign. */
export function setCommittee(args: {
  network: PublicKey;
  authority: PublicKey;
  threshold: number;
  keys: readonly Uint8Array[];
  /** If the policy requires bonds, one account for each key, in the keys' order. */
  bonds?: readonly PublicKey[];
}): TransactionInstruction {
  const { network, authority, threshold, bonds = [] } = args;
  const keys = args.keys.map((key) => [...key]);
  const built = instruction('setCommittee', { threshold, keys }, { network, authority });
  for (const pubkey of bonds) built.keys.push({ pubkey, isWritable: false, isSigner: false });
  return built;
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

/**
 * Makes the pending epoch current and mints its growth, or requires the vault to hold it. Anyone may send it after the
 * challenge period.
 */
export const promote = ({
  network,
  mint,
  tokenProgram = TOKEN_PROGRAM_ID,
}: {
  network: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
}): TransactionInstruction => {
  const vault = vaultAddress({ network, mint, tokenProgram });
  return instruction('promote', {}, { network, mint, vault, tokenProgram });
};
