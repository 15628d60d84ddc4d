import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { ed25519Instruction, type SignedMessage } from '../../core/ed25519-instruction';
import { bondAddress, registryAddress } from '../addresses';

import { instruction, PROGRAM_ID } from '../program';

interface OracleBond {
  network: PublicKey;
  /** The oracle's Ed25519 key, 32 bytes. */
  oracle: Uint8Array;
  /** Deposits the lamports, signs, and gets them back. */
  depositor: PublicKey;
}

/** Bonds lamports behind an oracle's key, or adds to a bond. */
export const depositBond = (args: OracleBond & { lamports: bigint }): TransactionInstruction =>
  instruction(
    'depositBond',
    { oracle: [...args.oracle], lamports: bn(args.lamports) },
    { depositor: args.depositor, network: args.network, bond: bondAddress(args) },
  );

/** Takes an oracle off the committee at its own request: it signs. Its bond can be unlocked afterwards. */
export const resign = (args: { network: PublicKey; oracle: PublicKey }): TransactionInstruction =>
  instruction('resign', {}, args);

/** Begins to unlock a bond: it can be withdrawn after the policy's lock period. Its oracle must have left the committee. */
export const unlockBond = (args: OracleBond): TransactionInstruction =>
  instruction('unlockBond', {}, bondAccounts(args));

/** Withdraws an unlocked bond and its account's rent. */
export const withdrawBond = (args: OracleBond): TransactionInstruction =>
  instruction('withdrawBond', {}, bondAccounts(args));

const bondAccounts = (args: OracleBond) => ({
  depositor: args.depositor,
  network: args.network,
  bond: bondAddress(args),
});

/**
 * Removes an oracle that signed two messages for one epoch and attempt, and takes the bonds given. Anyone may send it, and
 * receives a tenth. The instructions must stay neighbours in this order.
 */
export function slash(args: {
  network: PublicKey;
  reporter: PublicKey;
  /** Two messages by one oracle, or one and the oracle's approval of another. */
  evidence: readonly [SignedMessage, SignedMessage] | readonly [SignedMessage];
  approval?: PublicKey;
  /** Depositors whose bonds behind the oracle are taken. */
  bonds: readonly PublicKey[];
}): TransactionInstruction[] {
  const { network, reporter, evidence, bonds, approval = PROGRAM_ID } = args;
  const built = instruction('slash', {}, { reporter, network, registry: registryAddress(network), approval });
  for (const pubkey of bonds) built.keys.push({ pubkey, isWritable: true, isSigner: false });
  return [...evidence.map(ed25519Instruction), built];
}
