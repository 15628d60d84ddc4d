import { fetchNetwork, type NetworkAccount } from '@commonwire/sdk/network';
import { instructionJson, parseOptions, Signing, signingOptions, signingUsage } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { printTransactions } from '../print';
import { explained } from '../refused';
import { nextStep } from './next-step';

/** The options of every action. */
const COMMON = { ...networkOptions, ...signingOptions };

/** Help for these options. */
export const COMMON_USAGE = `${NETWORK_USAGE}
${signingUsage('signs, and pays the fee')}
${JSON_USAGE}`;

/** An account that may take an action, and its role in the network. */
export interface Role {
  name: string;
  address: PublicKey;
}

/** The input of an action. */
export interface Request<V> {
  connection: Connection;
  account: NetworkAccount;
  /** The key that will sign. */
  signer: PublicKey;
  values: V;
}

/** One action that holders of a network's keys can take, as one instruction. */
interface ActionDefinition<S extends z.ZodRawShape> {
  name: string;
  /** The action's options, for the help. */
  usage: string;
  /** One line for the help. */
  summary: string;
  options: S;
  /** The roles that may take the action, none if anybody may; `--print` uses the first. @throws CliError if nobody may */
  roles(account: NetworkAccount, values: z.output<z.ZodObject<S>>): readonly Role[];
  /** @returns the instruction and one line for each of its effects @throws CommonwireError */
  prepare(
    request: Request<z.output<z.ZodObject<S>>>,
  ): Promise<{ instruction: TransactionInstruction; effects: string[] }>;
}

/** An action that a command can run. */
export interface Action {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Sends or prints the instruction; `command` is how it was called. @throws CommonwireError */
  run(command: string, argv: readonly string[], write: (line: string) => void): Promise<void>;
}

/** Makes an action that reads its options, checks the signer and then sends or prints its instruction. */
export function defineAction<S extends z.ZodRawShape>(definition: ActionDefinition<S>): Action {
  const { name, usage, summary } = definition;
  // The type checker can't compute a generic shape's output. The schema is exactly COMMON and the action's options.
  const schema = z.object({ ...COMMON, ...definition.options });
  type Values = z.output<z.ZodObject<S>> & z.output<z.ZodObject<typeof COMMON>>;
  return {
    name,
    usage,
    summary,
    async run(command, argv, write) {
      const values = parseOptions(command, argv, schema as z.ZodObject) as unknown as Values;
      const connection = await connect(values.url);
      const account = await fetchNetwork(connection, values.network);
      const roles = definition.roles(account, values);
      const prepare = (signer: PublicKey) => definition.prepare({ connection, account, signer, values });
      const facts = { network: account.address.toBase58(), action: name };
      if (values.print) {
        // Whoever holds the role on chain executes it, whatever key is here; what anybody may do, the key's holder does.
        const [role] = roles;
        const signing = Signing.read(role ? { ...values, keypair: role.address.toBase58() } : values);
        const { signer } = signing;
        const { instruction, effects } = await prepare(signer);
        const transactions = [[instruction]];
        const { json } = values;
        const said = { ...facts, instruction: instructionJson(instruction) };
        await printTransactions({ signing, connection, transactions, effects, json, write, facts: said });
        return;
      }
      const signing = Signing.read(values);
      const { signer } = signing;
      requireRole(roles, signer, values);
      const { instruction, effects } = await prepare(signer);
      const signature = await explained(signing.send(connection, [instruction]), (code) =>
        nextStep(code, account),
      );
      if (values.json) write(JSON.stringify({ ...facts, signer, signature, effects }));
      else for (const line of [...effects, `transaction ${signature}`]) write(line);
    },
  };
}

function requireRole(roles: readonly Role[], key: PublicKey, { network }: { network: PublicKey }): void {
  if (roles.length === 0 || roles.some(({ address: role }) => role.equals(key))) return;
  const who = roles.map(({ name, address: role }) => `its ${name} ${role}`).join(' or ');
  throw new CliError(
    'wrong-key',
    `--keypair holds ${key}, but on network ${network} the signer must be ${who}: name that key's file, or ` +
      '--print the instruction for a multisig or a proposal to execute',
  );
}
