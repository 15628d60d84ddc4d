import {
  ChallengeError,
  type Examination,
  examinePending,
  fetchNetwork,
  type Ledgers,
  type NetworkAccount,
  type PendingEpoch,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import type { Connection, PublicKey } from '@solana/web3.js';
import { tokens } from '../format';

/** What was found out about a network's pending epoch. */
export type Finding =
  | { readonly kind: 'nothing-pending'; readonly network: NetworkAccount }
  | {
      /** Its ledger isn't published: nobody can prove anything about it. */
      readonly kind: 'unpublished';
      readonly network: NetworkAccount;
      readonly pending: PendingEpoch;
      readonly reason: string;
    }
  | {
      readonly kind: 'examined';
      readonly network: NetworkAccount;
      readonly pending: PendingEpoch;
      readonly ledgers: Ledgers;
      readonly faults: Examination['faults'];
      /** Something wrong that no challenge covers; null: nothing was seen. */
      readonly reason: string | null;
    };

/**
 * Fetches the ledgers of the pending epoch and of the current one from an oracle, checks both against the roots on chain
 * and holds one against the other.
 * @throws AccountError; OracleRequestError where the oracle fails; ChallengeError where it doesn't serve the current
 * ledger as it is on chain
 */
export async function findPending(
  connection: Connection,
  oracle: OracleClient,
  address: PublicKey,
): Promise<Finding> {
  const network = await fetchNetwork(connection, address);
  const { pending, current } = network;
  if (!pending) return { kind: 'nothing-pending', network };
  const from = (epoch: bigint) => (sha256: string) => oracle.part(Number(epoch), sha256);
  const published = await readPublishedLedger(pending, from(pending.epoch)).catch(whyUnpublished);
  if (typeof published === 'string') return { kind: 'unpublished', network, pending, reason: published };
  const ledgers = { pending: published, current: await readPublishedLedger(current, from(current.epoch)) };
  const { faults } = await examinePending(connection, network, ledgers);
  return { kind: 'examined', network, pending, ledgers, faults, reason: wrongTotal(network, ledgers) };
}

/** Why there is no dataset under the pending root. An oracle that fails says nothing about that. */
function whyUnpublished(error: unknown): string {
  if (error instanceof ChallengeError) return error.message;
  if (error instanceof OracleRequestError && error.status === 404)
    return `this oracle has no dataset of it: ${error.message}`;
  throw error;
}

function wrongTotal({ pending, decimals }: NetworkAccount, ledgers: Ledgers): string | null {
  const sum = ledgers.pending.reduce((total, { earned }) => total + earned, 0n);
  const posted = pending?.earnedTotal ?? 0n;
  return sum === posted
    ? null
    : `its devices earned ${tokens(sum, decimals)} in all, posted is ${tokens(posted, decimals)}`;
}
