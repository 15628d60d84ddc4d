import { clusterUrl, flag, Signing, UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import type { z } from 'zod';
import type { Watched } from './balances';
import { type Carrying, carryOut } from './carry-out';
import { type DaoOf, fetchDaoOf } from './dao/propose';
import { proposalOptions, submit } from './dao/submit';
import { CliError } from './errors';
import { sendingOptions as signedOptions } from './print';
import type { NextStep } from './refused';
import { packed } from './sending';

/** The options of everything that is done by a key or proposed to a DAO. */
export const sendingOptions = {
  url: clusterUrl,
  json: flag,
  ...signedOptions,
  ...proposalOptions,
};

/** Who must take an action, where not anybody may. */
export interface Role {
  /** Such as `asset's authority`. */
  name: string;
  address: PublicKey;
  /** Another key that may do the same. */
  also?: PublicKey | undefined;
  /** The command with which it is handed over in two steps, if it can be. */
  handOver?: string;
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
  const { handOver } = role;
  const step = handOver
    ? `first ${role.address} runs commonwire ${handOver} propose-authority --to ${treasury}, and the DAO accepts it: ${handOver} accept-authority --propose ${pool}`
    : 'leave out --propose, and let that key do it';
  throw new CliError(
    'wrong-key',
    `the treasury ${treasury} of pool ${pool} can't do this, only the ${role.name} ${role.address}: ${step}`,
  );
}

function requireRole(role: Role | undefined, key: PublicKey): void {
  if (!role || role.address.equals(key) || role.also?.equals(key)) return;
  const also = role.also ? ` or its session key ${role.also}` : '';
  throw new CliError(
    'wrong-key',
    `--keypair holds ${key}, but the signer must be the ${role.name} ${role.address}${also}: name that ` +
      "key's file, or --print the transaction for a multisig or a proposal to execute",
  );
}

/** What is done, and how. */
export interface Deed extends Carrying, Acting {
  connection: Connection;
  /** Instructions that belong into one transaction each. The groups don't depend on each other when they are simulated. */
  groups: readonly (readonly TransactionInstruction[])[];
  effects: string[];
  /** Why there are no instructions. */
  done?: string | undefined;
  watched: readonly Watched[];
  next?: readonly string[] | undefined;
  /** Shown first in JSON. */
  about: { action: string; readonly [field: string]: unknown };
  nextStep: NextStep;
}

/** Sends a command's transactions, prints or simulates them, or proposes them to the DAO. @throws CommonwireError */
export async function act({ proposal, groups, next = [], ...deed }: Deed): Promise<void> {
  const { connection, signing, effects, about, write } = deed;
  if (proposal && groups.length > 0) {
    const { dao, values } = proposal;
    await submit(connection, dao, { instructions: groups.flat(), effects, facts: about, values, write });
    return;
  }
  const transactions = await packed(connection, signing.payer, groups, signing.prints && !deed.dryRun);
  await carryOut({ ...deed, transactions, next });
}
