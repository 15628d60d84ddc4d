import { printable, tokens } from '@commonwire/sdk/core';
import type { Decision } from '@commonwire/sdk/realm';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Watched } from '../balances';

/** The transactions of an action, and what they do. */
export interface Prepared {
  transactions: TransactionInstruction[][];
  effects: string[];
  /** Why there are no transactions. */
  done?: string;
  /** Balances to show before and after. */
  watched: Watched[];
}

/** Who does something about a proposal. */
export interface Request {
  connection: Connection;
  decision: Decision;
  signer: PublicKey;
  payer: PublicKey;
}

/** Nothing is to do. @param done why */
export const nothing = (done: string): Prepared => ({ transactions: [], effects: [], done, watched: [] });

export const titleOf = ({ proposal }: Decision): string => `"${printable(proposal.name)}"`;

/** A weight of stakes, as of tokens without a lock. */
export const weightText = ({ decimals }: Decision, weight: bigint): string => tokens(weight, decimals);
