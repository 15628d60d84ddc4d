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

/** A request to transfer or retire a device. */
export interface HandOver {
  connection: Connection;
  oracle: OracleClient;
  network: PublicKey;
  index: number;
  /** The device's owner; pays fees and rent. */
  owner: Keypair;
  /** Null to retire the device. */
  newOwner: PublicKey | null;
  /** Whether to continue if the device can't be paid now. */
  leaveUnpaid: boolean;
}

/** The result of a transfer or retirement. */
export interface HandedOver {
  readonly network: NetworkAccount;
  readonly signature: string;
  /** The first epoch whose ledger reflects it. */
  readonly effectiveEpoch: bigint;
  /** Base units paid to the old owner first. */
  readonly settled: bigint;
}

/** Attempts; one fails if an epoch is promoted between the proof and the transaction. */
const ATTEMPTS = 3;

/**
 * Pays the owner what is due, then transfers or retires the device with a proof from the current epoch's dataset, which
 * is checked against the ledger root on chain.
 * @throws HandoverError CliError AccountError OracleRequestError; ChallengeError if the dataset doesn't match the chain
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
    throw new CliError('not-promoted', `${why}: ownership is proven with a ledger, and there is none`);
  }
  if (index >= current.deviceCount) {
    const size = `the ledger of epoch ${current.epoch} has ${current.deviceCount} devices`;
    throw new CliError(
      'not-in-ledger',
      `${size}, and device ${index} is not one of them: a new device is in the next epoch's ledger`,
    );
  }
  return readPublishedLedger(current, (sha256) => oracle.part(Number(current.epoch), sha256));
}

function requireOwner({ owner }: LedgerEntry, request: HandOver): void {
  const actual = new PublicKey(owner);
  const { publicKey } = request.owner;
  if (actual.equals(publicKey)) return;
  throw new HandoverError(
    'not-owner',
    `device ${request.index} belongs to ${actual}, not to ${publicKey}: --keypair must hold its owner's key`,
  );
}

/** The program checks this too. Checking first saves the fee, and the error can name the epoch to wait for. */
async function requireNothingOutstanding(network: NetworkAccount, request: HandOver): Promise<void> {
  const { connection, index } = request;
  const record = await fetchOwnerRecord(connection, { network: network.address, index });
  if (record?.retired) throw new HandoverError('retired', `device ${index} is retired for ever`);
  if (!record || record.effectiveEpoch <= network.current.epoch) return;
  const { owner, effectiveEpoch } = record;
  const state = `device ${index} goes to ${owner} with epoch ${effectiveEpoch}, but the current one is ${network.current.epoch}`;
  throw new HandoverError('outstanding', `${state}: until then it can't be transferred again`);
}
