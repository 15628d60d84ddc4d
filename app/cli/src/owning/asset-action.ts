import { type AssetFacts, type Holdings, readAssetFacts, readHoldings } from '@commonwire/sdk/assets';
import { address, parseOptions, signingUsage } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { actingFor, actorOf, type Role, sendingOptions } from '../acting';
import { connect } from '../connect';
import { PROPOSAL_USAGE } from '../dao/submit';
import type { Action } from '../governing/action';
import { JSON_USAGE } from '../options';
import { DRY_RUN_USAGE } from '../print';
import { assetStep } from './next-step';
import { execute, type Plan } from './plan';

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
      const role = definition.role && ofAsset(definition.role(facts));
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

/** A role as errors name it. */
const ofAsset = ({ name, address: holder }: Role): Role => ({
  name: `asset's ${name}`,
  address: holder,
  ...(name === 'authority' ? { handOver: 'asset' } : {}),
});
