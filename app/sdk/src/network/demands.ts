import type { Connection, Finality, PublicKey } from '@solana/web3.js';
import { MAX_SUPPORTED_TRANSACTION_VERSION } from '../core/transaction-versions';
import { type Demand, decodeDemand, type PendingEpoch } from './accounts';
import { demandAddress, demandLogAddress } from './addresses';
import { flattenInstructions } from './flat-instructions';
import { coder, PROGRAM_ID } from './program';

/** Most transactions that a node lists at once, and accounts that it returns at once. */
const SIGNATURE_SLICE = 1000;
const ACCOUNT_SLICE = 100;
/** Transactions fetched at once. */
const AT_ONCE = 8;

/** Where the network stands in the accounts of a demand. */
const NETWORK_ACCOUNT = 1;

/**
 * Lists the open demands for leaves of the pending epoch. Nothing is read while the chain counts none.
 * @throws RegistryReplayError if the RPC node keeps no inner instructions; what the node's refusals throw
 */
export async function fetchOpenDemands(
  connection: Connection,
  { address: network, pending }: { address: PublicKey; pending: PendingEpoch | null },
  commitment: Finality = 'confirmed',
): Promise<Demand[]> {
  if (!pending || pending.openDemands === 0) return [];
  const signatures = await demandTransactions(connection, network, pending.postedSlot, commitment);
  const indices = new Set<number>();
  for (let at = 0; at < signatures.length; at += AT_ONCE) {
    const read = (signature: string) =>
      connection.getTransaction(signature, {
        commitment,
        maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      });
    for (const response of await Promise.all(signatures.slice(at, at + AT_ONCE).map(read)))
      for (const { program, accounts, data } of response ? flattenInstructions(response) : []) {
        if (!program.equals(PROGRAM_ID) || !accounts[NETWORK_ACCOUNT]?.equals(network)) continue;
        const decoded = coder.instruction.decode(data);
        if (decoded?.name === 'demandLeaf') indices.add((decoded.data as { index: number }).index);
      }
  }
  const { epoch, attempt } = pending;
  const addresses = [...indices].map((index) => demandAddress({ network, epoch, attempt, index }));
  const demands: Demand[] = [];
  for (let at = 0; at < addresses.length; at += ACCOUNT_SLICE) {
    const slice = addresses.slice(at, at + ACCOUNT_SLICE);
    const infos = await connection.getMultipleAccountsInfo(slice, commitment);
    for (const [i, info] of infos.entries())
      if (info?.owner.equals(PROGRAM_ID)) demands.push(decodeDemand(slice[i]!, info.data));
  }
  return demands;
}

/** Returns the transactions that name the network's log of demands since the epoch was posted. */
async function demandTransactions(
  connection: Connection,
  network: PublicKey,
  since: bigint,
  commitment: Finality,
): Promise<string[]> {
  const found: string[] = [];
  for (let before: string | undefined; ; ) {
    const options = { limit: SIGNATURE_SLICE, ...(before !== undefined && { before }) };
    const slice = await connection.getSignaturesForAddress(demandLogAddress(network), options, commitment);
    const recent = slice.filter(({ slot }) => BigInt(slot) >= since);
    found.push(...recent.filter(({ err }) => err === null).map(({ signature }) => signature));
    if (slice.length < SIGNATURE_SLICE || recent.length < slice.length) return found;
    before = slice.at(-1)!.signature;
  }
}
