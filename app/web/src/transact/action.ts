import { TransactionFailed } from '@commonwire/sdk/core';
import { AccountRole, address, type Instruction } from '@solana/kit';
import type { PublicKey, TransactionError, TransactionInstruction } from '@solana/web3.js';
import { t } from '../text';
import type { Chain } from './chain';
import { compiled, fits } from './compiled';
import { amountOf, MOST_UNITS, type Plan, refusal, unitsFor } from './plan';
import type { Connected } from './wallets';

/** A token account whose change is shown before anything is signed. */
export interface Watched {
  /** What its amount is called. */
  name: string;
  account: PublicKey;
  decimals: number;
}

/** What a simulation says of a token account. */
export interface Change extends Watched {
  before: bigint;
  after: bigint;
}

/** The plan of one transaction, with what it changes. */
export interface ActionPlan extends Plan {
  changes: readonly Change[];
}

/** An instruction of the SDK as the flow sends it. */
export const sendable = ({ programId, keys, data }: TransactionInstruction): Instruction => ({
  programAddress: address(programId.toBase58()),
  accounts: keys.map(({ pubkey, isSigner, isWritable }) => ({
    address: address(pubkey.toBase58()),
    role: isSigner
      ? isWritable
        ? AccountRole.WRITABLE_SIGNER
        : AccountRole.READONLY_SIGNER
      : isWritable
        ? AccountRole.WRITABLE
        : AccountRole.READONLY,
  })),
  data: Uint8Array.from(data),
});

/** Simulates one transaction, and says what it changes. @throws Error that says why it would be refused */
export async function planAction(given: {
  chain: Chain;
  wallet: Connected;
  instructions: readonly TransactionInstruction[];
  watched: readonly Watched[];
}): Promise<ActionPlan> {
  const { chain, wallet, watched } = given;
  const instructions = given.instructions.map(sendable);
  const payer = address(wallet.address);
  const version = wallet.takesV1 ? 1 : 0;
  const accounts = watched.map(({ account }) => account.toBase58());
  const before = accounts.length > 0 ? await chain.accounts(accounts) : [];
  const lifetime = await chain.blockhash();
  const { wire, message } = compiled(payer, instructions, { version, lifetime, units: MOST_UNITS });
  if (!fits(wire, version)) throw new Error(t('act.tooLong'));
  const { err, logs, units, accounts: after } = await chain.simulate(wire, accounts);
  if (err !== null) throw refusal(err, logs, new TransactionFailed(err as TransactionError, logs).message);
  const changes = watched.map((one, at) => ({
    ...one,
    before: amountOf(before[at]),
    after: amountOf(after[at]),
  }));
  return {
    payer,
    version,
    transactions: [{ instructions, units: unitsFor(units) }],
    fee: await chain.fee(message),
    changes: changes.filter((change) => change.before !== change.after),
  };
}
