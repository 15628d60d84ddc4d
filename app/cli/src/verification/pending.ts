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

/** The result of examining a network's pending epoch. */
export type Finding =
  | { readonly kind: 'nothing-pending'; readonly network: NetworkAccount }
  | {
      /** The epoch's ledger isn't published, so nothing can be proven about it. */
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
      /** A fault that no challenge covers; null if none was found. */
      readonly reason: string | null;
    };

/**
 * Fetches the ledgers of the pending and the current epoch from an oracle, checks both against the roots on chain and
 * compares them.
 * @throws AccountError; OracleRequestError if the oracle fails; ChallengeError if the current ledger that it serves
 * doesn't match the chain
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

/** Returns why the pending epoch has no dataset. Rethrows an oracle's failure, which doesn't show that. */
function whyUnpublished(error: unknown): string {
  if (error instanceof ChallengeError) return error.message;
  if (error instanceof OracleRequestError && error.status === 404)
    return `this oracle has no dataset for it: ${error.message}`;
  throw error;
}

function wrongTotal({ pending, decimals }: NetworkAccount, ledgers: Ledgers): string | null {
  const sum = ledgers.pending.reduce((total, { earned }) => total + earned, 0n);
  const posted = pending?.earnedTotal ?? 0n;
  return sum === posted
    ? null
    : `its devices earned ${tokens(sum, decimals)} in all, but ${tokens(posted, decimals)} is posted`;
}
