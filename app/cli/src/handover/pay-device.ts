import { TransactionFailed, tokens } from '@commonwire/sdk/core';
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
import type { Signing } from '@commonwire/sdk/node';
import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import { type Connection, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { HandoverError } from './error';

/** The input for paying one device. */
export interface PayDevice {
  connection: Connection;
  network: NetworkAccount;
  /** The current ledger. */
  tree: LedgerTree;
  entry: LedgerEntry;
  index: number;
  signing: Signing;
}

/**
 * Pays a device's owner all that is due. Opens the page and the owner's token account if they are missing.
 * @returns base units paid
 * @throws HandoverError `unsettled` if the network now pays nothing or only a part
 */
export async function payDevice(request: PayDevice): Promise<bigint> {
  const { connection, network, entry, index, signing } = request;
  const before = await paidTo(request);
  const due = entry.earned - (before ?? 0n);
  if (due <= 0n) return 0n;
  const unsettled = (why: string, cause?: unknown) =>
    new HandoverError(
      'unsettled',
      `${tokens(due, network.decimals)} are due to device ${index}: ${why}. Try again later, or use --leave-unpaid to continue without payment`,
      { cause },
    );
  try {
    await signing.send(connection, payment(request, before));
  } catch (error) {
    const waits = error instanceof TransactionFailed && WAITING.includes(error.code);
    throw waits ? unsettled(error.message, error) : error;
  }
  const after = (await paidTo(request)) ?? 0n;
  if (after < entry.earned)
    throw unsettled(`the payout limit allowed only ${tokens(after - (before ?? 0n), network.decimals)}`);
  return due;
}

/** Returns the instructions that pay a device, and how much is due; none if nothing is. */
export async function devicePayment(
  request: PayDevice,
): Promise<{ due: bigint; instructions: TransactionInstruction[] }> {
  const before = await paidTo(request);
  const due = request.entry.earned - (before ?? 0n);
  return due > 0n ? { due, instructions: payment(request, before) } : { due: 0n, instructions: [] };
}

/** Refusals that end by themselves or that the authority can end. */
const WAITING = ['paused', 'payout-limit-reached', 'closed'];

/** Returns what was paid since the start, at commitment `confirmed`; undefined if the page isn't open. */
async function paidTo({ connection, network, index }: PayDevice): Promise<bigint | undefined> {
  const [page] = await fetchPages(connection, network.address, [pageNumber(index)], 'confirmed');
  return page?.paid[index % PAGE_SLOTS];
}

const pageOf = ({ network, index, signing }: PayDevice): TransactionInstruction =>
  openPage({ network: network.address, number: pageNumber(index), payer: signing.payer });

/** @param paid undefined if the page isn't open */
function payment(request: PayDevice, paid: bigint | undefined): TransactionInstruction[] {
  const { network, tree, entry, index, signing } = request;
  const { mint, tokenProgram } = network;
  const owner = new PublicKey(entry.owner);
  const { address, bump } = destination({ owner, mint, tokenProgram });
  const segments = [{ kind: 'each' as const, leaves: [{ bump, earned: entry.earned }] }];
  const data = { first: index, width: settleWidth(segments), segments, proof: tree.proveRun(index, 1) };
  return [
    ...(paid === undefined ? [pageOf(request)] : []),
    createAssociatedTokenAccountIdempotentInstruction(signing.payer, address, owner, mint, tokenProgram),
    settle({ network: network.address, mint, tokenProgram, data, destinations: [address] }),
  ];
}
