import type { Keypair, PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { TestChain } from '../chain';

/** A transaction that would succeed; the instruction under test is its last. */
export interface Case {
  instructions: TransactionInstruction[];
  signers: Keypair[];
  /** By account: another of its kind in the same place, which is as wrong. */
  siblings?: Record<string, PublicKey>;
}

/** Where a program's cases stand. */
export interface Scene {
  chain: TestChain;
  /** One transaction for each instruction of the program, by the IDL's names. */
  cases: Record<string, Case>;
  /** The same for other accounts in the same state, with nobody in common. */
  twins: Record<string, Case>;
  /** Two accounts of the program, of different types. */
  types: readonly [PublicKey, PublicKey];
}
