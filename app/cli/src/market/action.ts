import { fetchMarketAccount, type MarketFacts, readMarketFacts } from '@commonwire/sdk/market';
import { address, parseOptions, signingUsage, UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { act, actingFor, actorOf, type Role, sendingOptions } from '../acting';
import type { Watched } from '../balances';
import { connect } from '../connect';
import { PROPOSAL_USAGE } from '../dao/submit';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { JSON_USAGE } from '../options';
import { DRY_RUN_USAGE } from '../print';
import { marketStep } from './next-step';
import type { Subjects } from './subjects';

/** Help for the options of all actions. */
export const MARKET_USAGE = `  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
${signingUsage('signs: authority, operator, seller, buyer or whoever pays the fee')}
${DRY_RUN_USAGE}
${PROPOSAL_USAGE}
${JSON_USAGE}`;

/** What an action does. What was done before, also by one that was interrupted, isn't in it. */
export interface Plan {
  /** Instructions that belong into one transaction each. */
  groups: TransactionInstruction[][];
  effects: string[];
  /** Why there are no instructions. */
  done?: string;
  /** Balances to show before and after. */
  watched?: Watched[];
  /** What can be done next. */
  next?: string[];
  /** Addresses that JSON has besides. */
  made?: Record<string, string>;
}

/** A plan for what is so already. */
export const nothing = (done: string): Plan => ({ groups: [], effects: [], done });

/** The input of an action. */
export interface Request<K extends keyof Subjects, V> {
  connection: Connection;
  facts: MarketFacts;
  subject: Subjects[K];
  signer: PublicKey;
  payer: PublicKey;
  values: V;
}

interface MarketActionDefinition<K extends keyof Subjects, S extends z.ZodRawShape> {
  name: string;
  /** What it is about: the option of this name has the address. */
  about: K;
  /** The action's options, for the help. */
  usage: string;
  /** One line for the help. */
  summary: string;
  options: S;
  /** The option that may be given as an argument: an offer or order, whose market then needn't be named. */
  operand?: keyof S & string;
  /** Default: anybody. @throws CliError if nobody may */
  role?(subject: Subjects[K], facts: MarketFacts): Role;
  /** @throws CommonwireError */
  plan(request: Request<K, z.output<z.ZodObject<S>>>): Plan | Promise<Plan>;
}

/** Makes an action about a market or what belongs to one, which plans what is left to do and then does it. */
export function defineMarketAction<K extends keyof Subjects, S extends z.ZodRawShape>(
  definition: MarketActionDefinition<K, S>,
): Action {
  const { name, about, usage, summary, operand } = definition;
  const common = { ...sendingOptions, [about]: operand ? address.optional() : address };
  // The type checker can't compute a generic shape's output. The schema is exactly these options.
  const schema = z.object({ ...common, ...definition.options });
  type Values = z.output<z.ZodObject<S>> & z.output<z.ZodObject<typeof sendingOptions>>;
  return {
    name,
    usage: operand ? usage : `--${about} ADDRESS ${usage}`.trimEnd(),
    summary,
    options: schema as z.ZodObject,
    async run(command, argv, write) {
      const values = parseOptions(command, argv, schema as z.ZodObject, operand) as unknown as Values;
      const { json, 'dry-run': dryRun } = values;
      const connection = await connect(values.url);
      const given = values as Readonly<Record<string, unknown>>;
      const at = await addressOf(connection, about, given, operand);
      const { subject, facts } = await readSubject(connection, about, at);
      const acting = await actingFor(connection, values, definition.role?.(subject, facts));
      const {
        groups,
        effects,
        done,
        watched = [],
        next,
        made,
      } = await definition.plan({
        ...{ connection, facts, subject, values },
        ...actorOf(acting),
      });
      await act({
        ...acting,
        ...{ connection, groups, effects, done, watched, next, json, dryRun, write },
        about: { [about]: at.toBase58(), action: name, ...made },
        nextStep: marketStep,
      });
    },
  };
}

/** What an action is about: what its option says, or else the market of its argument. @throws UsageError AccountError CliError */
async function addressOf(
  connection: Connection,
  about: string,
  given: Readonly<Record<string, unknown>>,
  operand: string | undefined,
): Promise<PublicKey> {
  const named = given[about] as PublicKey | undefined;
  if (named) return named;
  const at = operand === undefined ? undefined : (given[operand] as PublicKey | undefined);
  if (!at) throw new UsageError(`--${about} is missing: name it, or an offer or order`);
  const { kind, account } = await fetchMarketAccount(connection, at);
  if (kind === 'offer' || kind === 'order') return account.market;
  throw new CliError('wrong-account', `${at} is the market program's ${kind}: name an offer or order`);
}

/** Reads what an action is about, and its market. @throws AccountError CliError `wrong-account` */
export async function readSubject<K extends keyof Subjects>(
  connection: Connection,
  kind: K,
  at: PublicKey,
): Promise<{ subject: Subjects[K]; facts: MarketFacts }> {
  const found = await fetchMarketAccount(connection, at);
  if (found.kind !== kind)
    throw new CliError(
      'wrong-account',
      `--${kind}: ${at} is the market program's ${found.kind}: check the address`,
    );
  const { account } = found;
  const market = 'market' in account ? account.market : account.address;
  return { subject: account as Subjects[K], facts: await readMarketFacts(connection, market) };
}
