import { CommonwireError, sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import { fetchNetwork, type NetworkAccount } from '@commonwire/sdk/network';
import { address, DEFAULT_KEYPAIR, flag, httpUrl, parseOptions, readKeypair } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { CliError } from '../errors';
import { nextStep } from './next-step';
import { instructionJson, instructionLines } from './print';

/** Options that every action has. */
const COMMON = {
  rpc: httpUrl,
  network: address,
  keypair: z.string().default(DEFAULT_KEYPAIR),
  print: flag,
  json: flag,
};

/** How the help of a command explains them. */
export const COMMON_USAGE = `  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --keypair FILE     signs and pays the fee (default: ${DEFAULT_KEYPAIR})
  --print            print the instruction for a multisig or a proposal in place of sending it
  --json             one JSON document`;

/** An account that may do something, and what it is to the network. */
export interface Role {
  name: string;
  address: PublicKey;
}

/** What an action goes by. */
export interface Request<V> {
  connection: Connection;
  account: NetworkAccount;
  /** Who will sign. */
  signer: PublicKey;
  values: V;
}

/** One thing that holders of a network's keys can do, by one instruction. */
interface ActionDefinition<S extends z.ZodRawShape> {
  name: string;
  /** Its own options, for the help. */
  usage: string;
  /** For the help, one line. */
  summary: string;
  options: S;
  /** Who may do it; `--print` takes the first. @throws CliError where nobody may */
  roles(account: NetworkAccount, values: z.output<z.ZodObject<S>>): readonly Role[];
  /** @returns the instruction, and what it changes, a line each @throws CommonwireError */
  prepare(
    request: Request<z.output<z.ZodObject<S>>>,
  ): Promise<{ instruction: TransactionInstruction; effects: string[] }>;
}

/** An action as its command runs it. */
export interface Action {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Sends or prints the instruction; `command` is how it was called. @throws CommonwireError */
  run(command: string, argv: readonly string[], write: (line: string) => void): Promise<void>;
}

/** An action that reads its options, checks who signs and then sends or prints its instruction. */
export function defineAction<S extends z.ZodRawShape>(definition: ActionDefinition<S>): Action {
  const { name, usage, summary } = definition;
  // A generic shape's output is beyond the type checker: the schema is exactly COMMON and the action's own options.
  const schema = z.object({ ...COMMON, ...definition.options });
  type Values = z.output<z.ZodObject<S>> & z.output<z.ZodObject<typeof COMMON>>;
  return {
    name,
    usage,
    summary,
    async run(command, argv, write) {
      const values = parseOptions(command, argv, schema as z.ZodObject) as unknown as Values;
      const connection = await connect(values.rpc);
      const account = await fetchNetwork(connection, values.network);
      const roles = definition.roles(account, values);
      const prepare = (signer: PublicKey) => definition.prepare({ connection, account, signer, values });
      const facts = { network: account.address.toBase58(), action: name };
      if (values.print) {
        const { address: signer } = roles[0]!;
        const { instruction, effects } = await prepare(signer);
        if (values.json) {
          write(JSON.stringify({ ...facts, signer, instruction: instructionJson(instruction), effects }));
        } else for (const line of [...effects, ...instructionLines(instruction)]) write(line);
        return;
      }
      const keypair = readKeypair(values.keypair);
      requireRole(roles, keypair.publicKey, values);
      const { instruction, effects } = await prepare(keypair.publicKey);
      const signature = await explained(account, sendAndConfirm(connection, keypair, [instruction]));
      if (values.json) write(JSON.stringify({ ...facts, signer: keypair.publicKey, signature, effects }));
      else for (const line of [...effects, `done by transaction ${signature}`]) write(line);
    },
  };
}

function requireRole(
  roles: readonly Role[],
  key: PublicKey,
  { network, keypair }: { network: PublicKey; keypair: string },
): void {
  if (roles.some(({ address: role }) => role.equals(key))) return;
  const who = roles.map(({ name, address: role }) => `its ${name} ${role}`).join(' or ');
  throw new CliError(
    'wrong-key',
    `--keypair: ${keypair} holds ${key}, but at network ${network} this takes ${who}: name that key's file, or ` +
      '--print the instruction for a multisig or a proposal to execute',
  );
}

/** What the chain refused, with what to do next. */
class Refused extends CommonwireError {}

async function explained<T>(account: NetworkAccount, sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    throw new Refused(error.code, `${error.message}; ${nextStep(error.code, account)}`, { cause: error });
  }
}
