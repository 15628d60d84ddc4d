import { sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import {
  fetchNetwork,
  fetchOwnerRecord,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  type NetworkAccount,
  readPublishedLedger,
  retireDevice,
  transferDevice,
} from '@commonwire/sdk/network';
import type { OracleClient } from '@commonwire/sdk/oracle';
import { type Connection, type Keypair, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';
import { HandoverError } from './error';
import { payDevice } from './pay-device';

/** A device that its owner hands to somebody else, or retires. */
export interface HandOver {
  connection: Connection;
  oracle: OracleClient;
  network: PublicKey;
  index: number;
  /** The device's owner; pays fees and rent. */
  owner: Keypair;
  /** Null: the device is retired. */
  newOwner: PublicKey | null;
  /** Go on where what the device earned can't be paid now. */
  leaveUnpaid: boolean;
}

/** What was done. */
export interface HandedOver {
  readonly network: NetworkAccount;
  readonly signature: string;
  /** First epoch whose ledger shows it. */
  readonly effectiveEpoch: bigint;
  /** Base units paid to the old owner before. */
  readonly settled: bigint;
}

/** How often an epoch may be promoted between the proof and the transaction. */
const ATTEMPTS = 3;

/**
 * Pays the owner what the device earned, then transfers or retires it with a proof from the promoted epoch's dataset, which
 * is checked against the ledger root on chain.
 * @throws HandoverError CliError AccountError; ChallengeError for a dataset that isn't the chain's; OracleRequestError
 */
export async function handOver(request: HandOver): Promise<HandedOver> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(request);
    } catch (error) {
      const stale = error instanceof TransactionFailed && error.code === 'bad-proof';
      if (!stale || attempt === ATTEMPTS) throw error;
    }
  }
}

async function attemptOnce(request: HandOver): Promise<HandedOver> {
  const { connection, oracle, index, owner, newOwner } = request;
  const network = await fetchNetwork(connection, request.network);
  const entries = await readLedger(network, oracle, index);
  const entry = entries[index]!;
  requireOwner(entry, request);
  await requireNothingOutstanding(network, request);
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
  const settled = request.leaveUnpaid
    ? 0n
    : await payDevice({ connection, network, tree, entry, index, payer: owner });
  const leaf = { index, owner: owner.publicKey, earned: entry.earned, proof: tree.proveRun(index, 1) };
  const args = { network: network.address, leaf };
  const change = newOwner ? transferDevice({ ...args, newOwner }) : retireDevice(args);
  const signature = await sendAndConfirm(connection, owner, [change]);
  const record = await fetchOwnerRecord(connection, { network: network.address, index }, 'confirmed');
  return { network, signature, effectiveEpoch: record!.effectiveEpoch, settled };
}

async function readLedger(
  { address, current }: NetworkAccount,
  oracle: OracleClient,
  index: number,
): Promise<LedgerEntry[]> {
  if (current.epoch === 0n) {
    const why = `network ${address} has not promoted an epoch yet`;
    throw new CliError('not-promoted', `${why}: a device changes hands by proof from a ledger`);
  }
  if (index >= current.deviceCount) {
    const size = `the ledger of epoch ${current.epoch} has ${current.deviceCount} devices`;
    throw new CliError('not-in-ledger', `${size}, so no device ${index}: a new one is in the next epoch's`);
  }
  return readPublishedLedger(current, (sha256) => oracle.part(Number(current.epoch), sha256));
}

function requireOwner({ owner }: LedgerEntry, request: HandOver): void {
  const actual = new PublicKey(owner);
  const { publicKey } = request.owner;
  if (actual.equals(publicKey)) return;
  throw new HandoverError(
    'not-owner',
    `device ${request.index} is of ${actual}, not of ${publicKey}: --keypair must hold its owner's key`,
  );
}

/** The program says the same; this way nothing is paid for in vain, and the epoch to wait for is named. */
async function requireNothingOutstanding(network: NetworkAccount, request: HandOver): Promise<void> {
  const { connection, index } = request;
  const record = await fetchOwnerRecord(connection, { network: network.address, index });
  if (record?.retired) throw new HandoverError('retired', `device ${index} is retired for ever`);
  if (!record || record.effectiveEpoch <= network.current.epoch) return;
  const { owner, effectiveEpoch } = record;
  const state = `device ${index} goes to ${owner} with epoch ${effectiveEpoch}, promoted is ${network.current.epoch}`;
  throw new HandoverError('outstanding', `${state}: until then it can't change hands again`);
}
