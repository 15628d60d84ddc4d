import { type AssetFacts, type Holdings, readAssetFacts, readHoldings } from '@commonwire/sdk/assets';
import {
  address,
  clusterUrl,
  flag,
  parseOptions,
  Signing,
  signingOptions,
  signingUsage,
} from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { connect } from '../connect';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { JSON_USAGE } from '../options';
import { assetStep } from './next-step';
import { execute, type Plan } from './plan';

/** The options of everything that sends something. */
export const sendingOptions = { url: clusterUrl, json: flag, 'dry-run': flag, ...signingOptions };

/** Help for the options of all actions. */
export const ASSET_USAGE = `  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --asset ADDRESS    the asset's account
${signingUsage('signs: funder, holder, authority or whoever pays the fee')}
  --dry-run          send nothing, simulate it and show balances before and after; --keypair may then be an address
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
    async run(command, argv, write) {
      const values = parseOptions(command, argv, schema as z.ZodObject) as unknown as Values;
      const { json, 'dry-run': dryRun } = values;
      const connection = await connect(values.url);
      const facts = await readAssetFacts(connection, values.asset);
      const signing = signingFor(values, definition.role?.(facts));
      const { signer, payer } = signing;
      const holdings = await readHoldings(connection, facts, signer);
      const plan = await definition.plan({ connection, facts, holdings, signer, payer, values });
      const about = { asset: values.asset.toBase58(), action: name };
      const nextStep = (code: string) => assetStep(code, facts);
      await execute(plan, { connection, signing, about, json, dryRun, nextStep, write });
    },
  };
}

type SendingValues = z.output<z.ZodObject<typeof sendingOptions>>;

/** Reads who signs. What is printed, the role's holder on chain executes, whatever key is here. @throws CliError `wrong-key` */
function signingFor(values: SendingValues, role: Role | undefined): Signing {
  if (values.print) return Signing.read(role ? { ...values, keypair: role.address.toBase58() } : values);
  const signing = readSigning(values);
  if (!role || role.address.equals(signing.signer)) return signing;
  throw new CliError(
    'wrong-key',
    `--keypair holds ${signing.signer}, but the signer must be the asset's ${role.name} ${role.address}: name that ` +
      "key's file, or --print the transaction for a multisig or a proposal to execute",
  );
}

/** Reads who signs; a dry run needs no key. */
export const readSigning = (values: SendingValues): Signing =>
  Signing.read({ ...values, print: values.print || values['dry-run'] });
