import { sendAndConfirm, TransactionFailed } from '@commonwire/sdk/core';
import {
  destination,
  fetchPages,
  type LedgerEntry,
  type LedgerTree,
  type NetworkAccount,
  openPage,
  PAGE_SLOTS,
  pageNumber,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import { type Connection, type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { tokens } from '../format';
import { HandoverError } from './error';

/** What it takes to pay one device. */
export interface PayDevice {
  connection: Connection;
  network: NetworkAccount;
  /** The ledger that is current. */
  tree: LedgerTree;
  entry: LedgerEntry;
  index: number;
  /** Pays fees and rent. */
  payer: Keypair;
}

/**
 * Pays a device's owner all that is due, opening the page and the owner's token account where they are missing.
 * @returns base units paid
 * @throws HandoverError `unsettled` if the network pays nothing or only a part now
 */
export async function payDevice(request: PayDevice): Promise<bigint> {
  const { connection, network, entry, index, payer } = request;
  const before = await paidTo(request);
  const due = entry.earned - (before ?? 0n);
  if (due <= 0n) return 0n;
  const unsettled = (why: string, cause?: unknown) =>
    new HandoverError(
      'unsettled',
      `${tokens(due, network.decimals)} are due to device ${index}: ${why}. Come back later, or give --leave-unpaid to go on without`,
      { cause },
    );
  const instructions = [...(before === undefined ? [pageOf(request)] : []), ...payment(request)];
  try {
    await sendAndConfirm(connection, payer, instructions);
  } catch (error) {
    const waits = error instanceof TransactionFailed && WAITING.includes(error.code);
    throw waits ? unsettled(error.message, error) : error;
  }
  const after = (await paidTo(request)) ?? 0n;
  if (after < entry.earned)
    throw unsettled(`${tokens(after - (before ?? 0n), network.decimals)} is what the payout limit left`);
  return due;
}

/** Refusals that end by themselves, or by the authority's doing. */
const WAITING = ['paused', 'payout-limit-reached', 'closed'];

/** Paid since the start, as confirmed; undefined while the page isn't open. */
async function paidTo({ connection, network, index }: PayDevice): Promise<bigint | undefined> {
  const [page] = await fetchPages(connection, network.address, [pageNumber(index)], 'confirmed');
  return page?.paid[index % PAGE_SLOTS];
}

const pageOf = ({ network, index, payer }: PayDevice): TransactionInstruction =>
  openPage({ network: network.address, number: pageNumber(index), payer: payer.publicKey });

function payment({ network, tree, entry, index, payer }: PayDevice): TransactionInstruction[] {
  const { mint, tokenProgram } = network;
  const owner = new PublicKey(entry.owner);
  const { address, bump } = destination({ owner, mint, tokenProgram });
  const segments = [{ kind: 'each' as const, leaves: [{ bump, earned: entry.earned }] }];
  const data = { first: index, width: settleWidth(segments), segments, proof: tree.proveRun(index, 1) };
  return [
    createAssociatedTokenAccountIdempotentInstruction(payer.publicKey, address, owner, mint, tokenProgram),
    settle({ network: network.address, mint, tokenProgram, data, destinations: [address] }),
  ];
}
