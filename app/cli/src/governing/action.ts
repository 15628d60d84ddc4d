import { fetchNetwork, type NetworkAccount, networkEffects } from '@commonwire/sdk/network';
import { instructionJson, parseOptions, Signing, signingUsage, UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { type DaoOf, fetchDaoOf } from '../dao/propose';
import { PROPOSAL_USAGE, proposalOptions, submit } from '../dao/submit';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, printTransactions, sendingOptions } from '../print';
import { explained, type NextStep } from '../refused';
import { nextStep } from './next-step';
import type { Role } from './roles';

/** The options of every action. */
const COMMON = {
  ...networkOptions,
  ...sendingOptions,
  ...proposalOptions,
};

/** Help for these options. */
export const COMMON_USAGE = `${NETWORK_USAGE}
${signingUsage('signs, and pays the fee')}
${DRY_RUN_USAGE}
${PROPOSAL_USAGE}
${JSON_USAGE}`;

/** The input of an action. */
export interface Request<V> {
  connection: Connection;
  account: NetworkAccount;
  /** The key that will sign. */
  signer: PublicKey;
  /** Pays the fee, and rent. */
  payer: PublicKey;
  values: V;
}

/** What an action does. Its instructions say by themselves what they change: see `networkEffects`. */
export interface Prepared {
  instruction: TransactionInstruction;
  /** What must come before it in its transaction. */
  before?: readonly TransactionInstruction[];
  /** Whether the network is already as it would be: then nothing is sent. */
  unchanged?: boolean;
  /** Base units that the signer has deposited, of a funder who is paid back. */
  deposited?: bigint;
  /** What else there is to say, one line each. */
  more?: readonly string[];
  /** What is still to be done, from the network's account after the transaction has landed. */
  next?: (after: NetworkAccount) => string[];
}

/** One action that holders of a network's keys can take, as one transaction. */
interface ActionDefinition<S extends z.ZodRawShape> {
  name: string;
  /** The action's options, for the help. */
  usage: string;
  /** One line for the help. */
  summary: string;
  options: S;
  /** The roles that may take the action, none if anybody may; `--print` uses the first. @throws CliError if nobody may */
  roles(account: NetworkAccount, values: z.output<z.ZodObject<S>>): readonly Role[];
  /** @throws CommonwireError */
  prepare(request: Request<z.output<z.ZodObject<S>>>): Promise<Prepared>;
}

/** An action that a command can run. */
export interface Action {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options: z.ZodObject;
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
    options: schema as z.ZodObject,
    async run(command, argv, write) {
      const values = parseOptions(command, argv, schema as z.ZodObject) as unknown as Values;
      const connection = await connect(values.url);
      const account = await fetchNetwork(connection, values.network);
      const roles = definition.roles(account, values);
      const prepare = ({ signer, payer }: Pick<Signing, 'signer' | 'payer'>) =>
        definition.prepare({ connection, account, signer, payer, values });
      const facts = { network: account.address.toBase58(), action: name };
      const effectsOf = ({ instruction, before = [], deposited, more = [] }: Prepared): string[] => [
        ...[...before, instruction].flatMap((one) => networkEffects(one, account, deposited)),
        ...more,
      ];
      const dryRun = values['dry-run'];
      if (values.propose) {
        if (dryRun) throw new UsageError('--dry-run: what is proposed is not done now');
        const dao = await fetchDaoOf(connection, values.propose);
        requireTreasury(roles, account, dao);
        const { treasury } = dao;
        const prepared = await prepare({ signer: treasury, payer: treasury });
        const effects = effectsOf(prepared);
        if (prepared.unchanged) return nothingSent(effects, facts, values, write);
        const instructions = [...(prepared.before ?? []), prepared.instruction];
        return submit(connection, dao, { instructions, effects, facts, values, write });
      }
      if (values.print || dryRun) {
        // Whoever holds the role on chain executes it, whatever key is here; what anybody may do, the key's holder does.
        const [role] = roles;
        const keypair = role?.address.toBase58() ?? values.keypair;
        const signing = Signing.read({ ...values, keypair, print: true });
        const prepared = await prepare(signing);
        const { instruction, before = [] } = prepared;
        const effects = effectsOf(prepared);
        if (prepared.unchanged) return nothingSent(effects, facts, values, write);
        const transactions = [[...before, instruction]];
        const { json } = values;
        const said = { ...facts, instruction: instructionJson(instruction) };
        const step: NextStep = (code) => nextStep(code, account);
        await printTransactions({
          ...{ signing, connection, transactions, effects, json, dryRun, write, facts: said, nextStep: step },
        });
        return;
      }
      const signing = Signing.read(values);
      const { signer } = signing;
      requireRole(roles, signer, values);
      const prepared = await prepare(signing);
      const { instruction, before = [], next } = prepared;
      const effects = effectsOf(prepared);
      if (prepared.unchanged) return nothingSent(effects, facts, values, write);
      const signature = await explained(signing.send(connection, [...before, instruction]), (code) =>
        nextStep(code, account),
      );
      const told = next ? [...effects, ...next(await fetchNetwork(connection, account.address))] : effects;
      if (values.json) write(JSON.stringify({ ...facts, signer, signature, effects: told }));
      else for (const line of [...told, `transaction ${signature}`]) write(line);
    },
  };
}

/** Tells that there is nothing to send. */
function nothingSent(
  effects: readonly string[],
  facts: object,
  { json }: { json: boolean },
  write: (line: string) => void,
): void {
  if (json) write(JSON.stringify({ ...facts, signature: null, effects }));
  else for (const line of [...effects, 'nothing was sent']) write(line);
}

/** Requires that a proposal can act in one of the roles, and says how it comes to. @throws CliError `wrong-key` */
function requireTreasury(
  roles: readonly Role[],
  { address: network, authority, proposedAuthority }: NetworkAccount,
  { address: pool, treasury }: DaoOf,
): void {
  if (roles.length === 0 || roles.some(({ address: role }) => role.equals(treasury))) return;
  const step = proposedAuthority?.equals(treasury)
    ? `first propose and pass commonwire govern accept-authority --network ${network} --propose ${pool}`
    : `first the authority ${authority} runs commonwire govern propose-authority --network ${network} --to ${treasury}, and the DAO accepts it: govern accept-authority --propose ${pool}`;
  const names = roles.map(({ name, address: role }) => `its ${name} ${role}`).join(' or ');
  throw new CliError(
    'wrong-key',
    `the treasury ${treasury} of pool ${pool} can't do this on network ${network}, only ${names}: ${step}`,
  );
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
