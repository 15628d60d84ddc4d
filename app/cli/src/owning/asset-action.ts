import { type AssetFacts, type Holdings, readAssetFacts, readHoldings } from '@commonwire/sdk/assets';
import {
  address,
  clusterUrl,
  flag,
  parseOptions,
  Signing,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { type DaoOf, fetchDaoOf } from '../dao/propose';
import { PROPOSAL_USAGE, proposalOptions } from '../dao/submit';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { JSON_USAGE } from '../options';
import { DRY_RUN_USAGE, sendingOptions as signedOptions } from '../print';
import { assetStep } from './next-step';
import { execute, type Plan } from './plan';

/** The options of everything that sends something. */
export const sendingOptions = {
  url: clusterUrl,
  json: flag,
  ...signedOptions,
  ...proposalOptions,
};

/** Help for the options of all actions. */
export const ASSET_USAGE = `  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --asset ADDRESS    the asset's account
${signingUsage('signs: funder, holder, authority or whoever pays the fee')}
${DRY_RUN_USAGE}
${PROPOSAL_USAGE}
${JSON_USAGE}`;

/** The input of an action. */
export interface Request<V> {
  connection: Connection;
  facts: AssetFacts;
  /** What the signer has of the asset. */
  holdings: Holdings;
  signer: PublicKey;
  payer: PublicKey;
  values: V;
}

/** Who must take an action, where not anybody may. */
interface Role {
  name: string;
  address: PublicKey;
}

interface AssetActionDefinition<S extends z.ZodRawShape> {
  name: string;
  /** The action's options, for the help. */
  usage: string;
  /** One line for the help. */
  summary: string;
  options: S;
  /** Default: anybody. @throws CliError if nobody may */
  role?(facts: AssetFacts): Role;
  /** @throws CommonwireError */
  plan(request: Request<z.output<z.ZodObject<S>>>): Promise<Plan>;
}

/** Makes an action about one asset, which reads its options, plans what is left to do and then does it. */
export function defineAssetAction<S extends z.ZodRawShape>(definition: AssetActionDefinition<S>): Action {
  const { name, usage, summary } = definition;
  const common = { ...sendingOptions, asset: address };
  // The type checker can't compute a generic shape's output. The schema is exactly these options.
  const schema = z.object({ ...common, ...definition.options });
  type Values = z.output<z.ZodObject<S>> & z.output<z.ZodObject<typeof common>>;
  return {
    name,
    usage,
    summary,
    options: schema as z.ZodObject,
    async run(command, argv, write) {
      const values = parseOptions(command, argv, schema as z.ZodObject) as unknown as Values;
      const { json, 'dry-run': dryRun } = values;
      const connection = await connect(values.url);
      const facts = await readAssetFacts(connection, values.asset);
      const role = definition.role?.(facts);
      const { signing, proposal } = await actingFor(connection, values, role);
      const { signer, payer } = actorOf({ signing, proposal });
      const holdings = await readHoldings(connection, facts, signer);
      const plan = await definition.plan({ connection, facts, holdings, signer, payer, values });
      const about = { asset: values.asset.toBase58(), action: name };
      const nextStep = (code: string) => assetStep(code, facts);
      const situation = { facts, holdings };
      await execute(plan, {
        ...{ connection, signing, proposal, situation, about, json, dryRun, nextStep, write },
      });
    },
  };
}

type SendingValues = z.output<z.ZodObject<typeof sendingOptions>>;

/** Who signs, and the DAO to which it is proposed if it is. */
export interface Acting {
  signing: Signing;
  proposal?: { dao: DaoOf; values: SendingValues } | undefined;
}

/** Who acts and pays: the signer, or the treasury of the DAO to which it is proposed. */
export const actorOf = ({ signing, proposal }: Acting): Pick<Signing, 'signer' | 'payer'> =>
  proposal ? { signer: proposal.dao.treasury, payer: proposal.dao.treasury } : signing;

/**
 * Reads who signs and who acts. What is printed, the role's holder on chain executes, whatever key is here.
 * @throws CliError `wrong-key`
 */
export async function actingFor(connection: Connection, values: SendingValues, role?: Role): Promise<Acting> {
  const { propose } = values;
  if (propose) {
    if (values['dry-run']) throw new UsageError('--dry-run: what is proposed is not done now');
    const dao = await fetchDaoOf(connection, propose);
    requireTreasury(role, dao);
    return { signing: Signing.read(values), proposal: { dao, values } };
  }
  if (values.print)
    return { signing: Signing.read(role ? { ...values, keypair: role.address.toBase58() } : values) };
  // A dry run needs no key.
  const signing = Signing.read({ ...values, print: values['dry-run'] });
  requireRole(role, signing.signer);
  return { signing };
}

/** Requires that a proposal can act in the role, and says how it comes to. @throws CliError `wrong-key` */
function requireTreasury(role: Role | undefined, { address: pool, treasury }: DaoOf): void {
  if (!role || role.address.equals(treasury)) return;
  const step =
    role.name === 'authority'
      ? `first ${role.address} runs commonwire asset propose-authority --to ${treasury}, and the DAO accepts it: asset accept-authority --propose ${pool}`
      : 'leave out --propose, and let that key do it';
  throw new CliError(
    'wrong-key',
    `the treasury ${treasury} of pool ${pool} can't do this, only the asset's ${role.name} ${role.address}: ${step}`,
  );
}

function requireRole(role: Role | undefined, key: PublicKey): void {
  if (!role || role.address.equals(key)) return;
  throw new CliError(
    'wrong-key',
    `--keypair holds ${key}, but the signer must be the asset's ${role.name} ${role.address}: name that ` +
      "key's file, or --print the transaction for a multisig or a proposal to execute",
  );
}
