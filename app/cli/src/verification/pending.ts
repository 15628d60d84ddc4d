import {
  ChallengeError,
  type Examination,
  examinePending,
  faultsOfShown,
  fetchNetwork,
  fetchNewDevices,
  fetchRegistry,
  fetchShownLeaves,
  type LedgerEntry,
  type Ledgers,
  type NetworkAccount,
  type PendingEpoch,
  type ProvenLeaf,
  paidAmounts,
  proveDevice,
  type RegisteredDevice,
  type RegistryFacts,
  type RegistryProof,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import { type OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import type { Connection, PublicKey } from '@solana/web3.js';
import type { CheckedRegistry } from './dataset';
import { readPendingRegistry } from './pending-registry';

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
    }
  | {
      /** It isn't, but leaves that were shown on demand prove it wrong. */
      readonly kind: 'shown';
      readonly network: NetworkAccount;
      readonly pending: PendingEpoch;
      readonly reason: string;
      readonly current: readonly LedgerEntry[];
      readonly registry: RegistryFacts;
      /** At least one. */
      readonly faults: Examination['faults'];
      /** The leaf of the first fault. */
      readonly leaf: ProvenLeaf;
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
  const isHidden = typeof published === 'string';
  const unpublished = (reason: string): Finding => ({ kind: 'unpublished', network, pending, reason });
  // Nothing but a leaf that was shown can be compared.
  if (isHidden && pending.shown.slot === 0n) return unpublished(published);
  const before = await readPublishedLedger(current, from(current.epoch));
  const found = await readPendingRegistry(connection, oracle, network, pending);
  if (typeof found === 'string') return unpublished(found);
  const registry = factsOf(connection, address, found);
  const { devices } = found;
  if (isHidden) {
    const leaves = await fetchShownLeaves(connection, network);
    const faults = faultsOfShown(leaves, network, before, devices);
    const leaf = leaves.find(({ index }) => index === faults[0]?.index);
    if (!leaf) return unpublished(published);
    return { kind: 'shown', network, pending, reason: published, current: before, registry, faults, leaf };
  }
  const ledgers = { pending: published, current: before };
  const paid = pending.corrective ? await paidAmounts(connection, network) : [];
  const { faults } = examinePending(network, ledgers, { devices, paid });
  return { kind: 'examined', network, pending, ledgers, registry, faults };
}

const factsOf = (
  connection: Connection,
  network: PublicKey,
  { devices, registered }: CheckedRegistry,
): RegistryFacts => ({
  devices,
  prove: (index) => proveNow(connection, network, registered, index),
});

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
