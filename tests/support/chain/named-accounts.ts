import type { ProgramDefinition } from '@commonwire/sdk/core';
import type { Idl } from '@coral-xyz/anchor';
import { type AccountMeta, Connection, type TransactionInstruction } from '@solana/web3.js';

/** An account as the IDL names it, in camel case. Those beyond the IDL's are `further 0`, `further 1` and on. */
export type AccountName<I extends Idl> =
  | I['instructions'][number]['accounts'][number]['name']
  | `further ${number}`;

/**
 * Finds the accounts of a program's instructions by name, for tests that look at or replace one.
 *
 * @example
 * const accountOf = namedAccounts(networkProgram);
 * accountOf(instruction, 'registry').pubkey = registryAddress(other);
 */
export function namedAccounts<I extends Idl>(program: ProgramDefinition<I>) {
  const { instructions } = program.client(new Connection('http://127.0.0.1')).idl as Idl;
  return ({ programId, keys, data }: TransactionInstruction, name: AccountName<I>): AccountMeta => {
    const described = programId.equals(program.address)
      ? instructions.find(({ discriminator }) => discriminator.every((byte, at) => data[at] === byte))
      : undefined;
    if (!described) throw new Error(`this is no instruction of the ${program.name} program`);
    const further = /^further (\d+)$/.exec(name)?.[1];
    const at = further
      ? described.accounts.length + Number(further)
      : described.accounts.findIndex((account) => account.name === name);
    const meta = keys[at];
    if (!meta) throw new Error(`${described.name} has no account ${name}`);
    return meta;
  };
}
