import {
  ChallengeError,
  type Examination,
  examinePending,
  fetchNetwork,
  fetchNewDevices,
  fetchRegistry,
  type Ledgers,
  type NetworkAccount,
  type PendingEpoch,
  paidAmounts,
  proveDevice,
  type RegisteredDevice,
  type RegistryFacts,
  type RegistryProof,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import type { Connection, PublicKey } from '@solana/web3.js';
import { readCheckedRegistry } from './dataset';

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
      readonly registry: RegistryFacts;
      readonly faults: Examination['faults'];
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
  const registry = await readCheckedRegistry(oracle, pending);
  if (typeof registry === 'string') return { kind: 'unpublished', network, pending, reason: registry };
  const { devices } = registry;
  const paid = pending.corrective ? await paidAmounts(connection, network) : [];
  const { faults } = examinePending(network, ledgers, { devices, paid });
  const prove = (index: number) => proveNow(connection, address, registry.registered, index);
  return { kind: 'examined', network, pending, ledgers, registry: { devices, prove }, faults };
}

/** Proves a device against the registry as it is now: devices may have been registered since the cut. */
async function proveNow(
  connection: Connection,
  network: PublicKey,
  registered: readonly RegisteredDevice[],
  index: number,
): Promise<RegistryProof> {
  const { deviceCount: count } = await fetchRegistry(connection, network);
  const from = registered.length;
  return proveDevice(
    [...registered, ...(await fetchNewDevices(connection, { network, from, count }))],
    index,
  );
}

/** Returns why the pending epoch has no dataset. Rethrows an oracle's failure, which doesn't show that. */
function whyUnpublished(error: unknown): string {
  if (error instanceof ChallengeError) return error.message;
  if (error instanceof OracleRequestError && error.status === 404)
    return `this oracle has no dataset for it: ${error.message}`;
  throw error;
}
