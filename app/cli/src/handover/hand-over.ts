import { TransactionFailed, tokens } from '@commonwire/sdk/core';
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
  vaultAddress,
} from '@commonwire/sdk/network';
import type { Signing } from '@commonwire/sdk/node';
import type { OracleClient } from '@commonwire/sdk/oracle';
import { type Connection, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import type { Watched } from '../balances';
import { CliError } from '../errors';
import { HandoverError } from './error';
import { devicePayment, payDevice } from './pay-device';

/** A request to transfer or retire a device. */
export interface HandOver extends Request {
  /** The device's owner, and who pays fees and rent. */
  signing: Signing;
}

/** What is to be done, whoever signs. */
interface Request {
  connection: Connection;
  oracle: OracleClient;
  network: PublicKey;
  index: number;
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
  const { connection, index, signing } = request;
  const found = await examine(request);
  const { network } = found;
  requireOwner(found.entry, index, signing.signer);
  const settled = request.leaveUnpaid ? 0n : await payDevice({ connection, ...found, index, signing });
  const signature = await signing.send(connection, [changeOf(request, found, signing)]);
  const record = await fetchOwnerRecord(connection, { network: network.address, index }, 'confirmed');
  // Only a node that shows less than it confirmed lacks the record.
  if (!record)
    throw new CliError(
      'not-shown',
      `transaction ${signature} landed, but the RPC node does not show its effect: see commonwire verify --device ${index} later`,
    );
  return { network, signature, effectiveEpoch: record.effectiveEpoch, settled };
}

/** What a change of owner is made from. */
interface Found {
  network: NetworkAccount;
  tree: LedgerTree;
  entry: LedgerEntry;
}

/** Reads the device's proven leaf, and checks that it can change hands. */
export async function examine(request: Omit<Request, 'newOwner' | 'leaveUnpaid'>): Promise<Found> {
  const { connection, oracle, index } = request;
  const network = await fetchNetwork(connection, request.network);
  const entries = await readLedger(network, oracle, index);
  await requireNothingOutstanding(network, request);
  return { network, entry: entries[index]!, tree: LedgerTree.fromLeaves(ledgerLeaves(entries)) };
}

function changeOf(
  { index, newOwner }: Request,
  { network, tree, entry }: Found,
  { signer, payer }: Signing,
): TransactionInstruction {
  const leaf = { index, owner: signer, earned: entry.earned, proof: tree.proveRun(index, 1) };
  const args = { network: network.address, payer, leaf };
  return newOwner ? transferDevice({ ...args, newOwner }) : retireDevice(args);
}

/** What hands a device over once its owner has signed it. */
interface PrintedHandOver {
  owner: Signing;
  transactions: TransactionInstruction[][];
  effects: string[];
  /** Balances that a simulation shows. */
  watched: Watched[];
}

/**
 * Makes the transactions that pay and hand over a device, for its owner to sign elsewhere.
 * @param owned who signs, if the ledger's owner does
 */
export async function printHandOver(
  request: Request,
  owned: (owner: PublicKey) => Signing,
): Promise<PrintedHandOver> {
  const { connection, index, newOwner } = request;
  const found = await examine(request);
  const owner = owned(new PublicKey(found.entry.owner));
  requireOwner(found.entry, index, owner.signer);
  const { due, instructions } = request.leaveUnpaid
    ? { due: 0n, instructions: [] }
    : await devicePayment({ connection, ...found, index, signing: owner });
  const paid = due > 0n ? [`pays ${tokens(due, found.network.decimals)} to ${owner.signer}`] : [];
  const what = newOwner ? `transfers device ${index} to ${newOwner}` : `retires device ${index} for ever`;
  const change = [changeOf(request, found, owner)];
  const transactions = instructions.length > 0 ? [instructions, change] : [change];
  const { mint, tokenProgram, decimals } = found.network;
  const account = vaultAddress({ network: owner.signer, mint, tokenProgram });
  const watched: Watched[] = [{ what: 'tokens of the owner', account, unit: 'tokens', decimals }];
  return { owner, transactions, effects: [...paid, what], watched };
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

function requireOwner({ owner }: LedgerEntry, index: number, signer: PublicKey): void {
  const actual = new PublicKey(owner);
  if (actual.equals(signer)) return;
  throw new HandoverError(
    'not-owner',
    `device ${index} belongs to ${actual}, not to ${signer}: --keypair must hold its owner's key`,
  );
}

/** The program checks this too. Checking first saves the fee, and the error can name the epoch to wait for. */
async function requireNothingOutstanding(
  network: NetworkAccount,
  { connection, index }: Pick<Request, 'connection' | 'index'>,
): Promise<void> {
  const record = await fetchOwnerRecord(connection, { network: network.address, index });
  if (record?.retired) throw new HandoverError('retired', `device ${index} is retired for ever`);
  if (!record || record.effectiveEpoch <= network.current.epoch) return;
  const { owner, effectiveEpoch } = record;
  const state = `device ${index} goes to ${owner} with epoch ${effectiveEpoch}, but the current one is ${network.current.epoch}`;
  throw new HandoverError('outstanding', `${state}: until then it can't be transferred again`);
}
