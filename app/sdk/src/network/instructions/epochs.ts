import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID } from '../../core/addresses';
import { bn } from '../../core/anchor-values';
import { buffer } from '../../core/bytes';
import { ed25519Instruction, type SignedMessage } from '../../core/ed25519-instruction';
import { approvalAddress, registryAddress, vaultAddress } from '../addresses';
import { decodeEpochMessage, type EpochMessage } from '../epoch-message';
import { instruction } from '../program';

/**
 * Replaces the committee: 1 to 21 Ed25519 keys of 32 bytes, more than half of which must sign. Takes effect at once if it is
 * the first, or if fewer of the present members remain and the threshold doesn't fall; otherwise it is announced, and
 * `applyRuleChange` follows.
 */
export function setCommittee(args: {
  network: PublicKey;
  authority: PublicKey;
  threshold: number;
  keys: readonly Uint8Array[];
  /** If the policy requires bonds, one account for each key, in the keys' order; none if all are members already. */
  bonds?: readonly PublicKey[];
}): TransactionInstruction {
  const { network, authority, threshold, bonds = [] } = args;
  const keys = args.keys.map((key) => [...key]);
  const built = instruction('setCommittee', { threshold, keys }, { network, authority });
  for (const pubkey of bonds) built.keys.push({ pubkey, isWritable: false, isSigner: false });
  return built;
}

/** An epoch's message with the committee's signatures, and the preimage of its ledger's root. */
export interface SignedEpoch extends SignedMessage {
  /** See `LedgerTree.opening`. */
  opening: Uint8Array;
  /** Addresses of approvals by members who didn't sign. */
  approvals?: readonly PublicKey[];
}

/** Ends an epoch's collection. Anyone may send it, `epochSeconds` after the last cut. */
export const cutEpoch = (network: PublicKey): TransactionInstruction =>
  instruction('cutEpoch', {}, { network, registry: registryAddress(network) });

/**
 * Posts an epoch with the committee's signatures over its message: the precompile's instruction and the program's,
 * which must stay neighbours in this order.
 */
export function postEpoch(network: PublicKey, signed: SignedEpoch): TransactionInstruction[] {
  const { message, signatures, opening, approvals = [] } = signed;
  const claim = claimOf(decodeEpochMessage(message));
  const built = instruction('postEpoch', { claim, opening: buffer(opening) }, { network });
  for (const pubkey of approvals) built.keys.push({ pubkey, isWritable: false, isSigner: false });
  return signatures.length > 0 ? [ed25519Instruction({ message, signatures }), built] : [built];
}

const claimOf = (message: EpochMessage) => ({
  attempt: message.attempt,
  earnedTotal: bn(message.earnedTotal),
  ledgerRoot: [...message.ledgerRoot],
  usageRoot: [...message.usageRoot],
  datasetHash: [...message.datasetHash],
});

/**
 * Approves an epoch's message: as good as a signature over it, where the cluster has no Ed25519 program. `message` must be
 * about the next epoch and the present committee; the oracle signs the transaction.
 */
export const approveEpoch = (args: {
  network: PublicKey;
  oracle: PublicKey;
  /** Pays the rent, which `closeApproval` returns. Default: the oracle. */
  payer?: PublicKey;
  message: Uint8Array;
}): TransactionInstruction => {
  const { network, oracle, payer = oracle } = args;
  const message = decodeEpochMessage(args.message);
  const approval = approvalAddress({ ...message, network, oracle: oracle.toBytes() });
  return instruction('approveEpoch', { claim: claimOf(message) }, { oracle, payer, network, approval });
};

/** Closes an approval of an epoch two or more before the current one, and returns its rent. Anyone may send it. */
export const closeApproval = (args: {
  network: PublicKey;
  approval: PublicKey;
  payer: PublicKey;
}): TransactionInstruction => instruction('closeApproval', {}, args);

/**
 * Makes the pending epoch current and mints what was newly earned, or requires the vault to hold it. Anyone may send it after the
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
