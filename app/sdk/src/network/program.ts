import { type BorshCoder, type Idl, Program } from '@coral-xyz/anchor';
import { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { Network } from '../generated/network';
import idl from '../generated/network';

/** Address of the network program that this SDK was built for. */
export const PROGRAM_ID = new PublicKey(idl.address);

/** Anchor's own client of the network program, for whoever prefers `program.methods`. */
export const networkProgram = (connection: Connection): Program<Network> =>
  new Program<Network>(idl as Idl as Network, { connection });

/** Encodes and decodes by the IDL; names as in `generated/network.ts`. Nothing is sent through its connection. */
export const coder: BorshCoder = networkProgram(new Connection('http://127.0.0.1')).coder as BorshCoder;

type Instructions = Network['instructions'][number];
type InstructionName = Instructions['name'];
type Named<N extends InstructionName> = Extract<Instructions, { name: N }>;
type WithFixedAddress = { address: string };

/** Accounts that the caller of an instruction must name: those of the IDL that have no fixed address. */
type AccountsOf<N extends InstructionName> = {
  [A in Exclude<Named<N>['accounts'][number], WithFixedAddress> as A['name']]: PublicKey;
};

interface IdlAccount {
  name: string;
  address?: string;
  writable?: boolean;
  signer?: boolean;
}

const definitions = new Map<string, readonly IdlAccount[]>(
  networkProgram(new Connection('http://127.0.0.1')).idl.instructions.map(({ name, accounts }) => [
    name,
    accounts as readonly IdlAccount[],
  ]),
);

/** An instruction of the network program with its accounts in the IDL's order and roles. */
export function instruction<N extends InstructionName>(
  name: N,
  args: Record<string, unknown>,
  accounts: AccountsOf<N>,
): TransactionInstruction {
  const given = accounts as Record<string, PublicKey>;
  const keys = definitions.get(name)!.map((account) => ({
    pubkey: account.address ? new PublicKey(account.address) : given[account.name]!,
    isWritable: account.writable ?? false,
    isSigner: account.signer ?? false,
  }));
  return new TransactionInstruction({
    programId: PROGRAM_ID,
    keys,
    data: coder.instruction.encode(name, args),
  });
}
