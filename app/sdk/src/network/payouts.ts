import type { PublicKey, VersionedTransactionResponse } from '@solana/web3.js';
import { Reader } from '../core/reader';
import { type FlatInstruction, flattenInstructions } from './flat-instructions';
import { decodeSettleData, type SettleData, segmentLength } from './instructions/settle-data';
import { coder, PROGRAM_ID } from './program';

/** What one `settle` instruction paid to one token account. */
export interface Payout {
  readonly network: PublicKey;
  /** The owner's associated token account of the reward token. */
  readonly account: PublicKey;
  /** The owner, where the RPC node tells whose the account is. */
  readonly owner: string | undefined;
  /** Base units: what the devices had earned and not yet been paid. */
  readonly amount: bigint;
  /** The devices that it was paid for, with all that each has earned since the start. */
  readonly devices: readonly { readonly index: number; readonly earned: bigint }[];
}

/** Where in these accounts network, vault and token program stand, and from where on the destinations do. */
const [NETWORK, VAULT, TOKEN_PROGRAM, DESTINATIONS] = [0, 2, 3, 4];

/** The token programs' instructions that `settle` calls. */
const [TRANSFER, BATCH] = [3, 255];

/**
 * Reads what a transaction paid to devices' owners, of any network, from its instructions alone: logs can be cut short by
 * whoever calls, instructions can't. A `settle` that another program called counts too. Empty for a failed transaction.
 *
 * @example
 * const response = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 1 });
 * for (const { owner, amount } of readPayouts(response!)) console.log(`${owner} was paid ${amount}`);
 * @throws RegistryReplayError if the response lacks inner instructions
 */
export function readPayouts(response: VersionedTransactionResponse): Payout[] {
  if (!response.meta || response.meta.err) return [];
  const instructions = flattenInstructions(response);
  const owners = ownersIn(response);
  return instructions.flatMap((instruction, at) => {
    if (!instruction.program.equals(PROGRAM_ID)) return [];
    const decoded = coder.instruction.decode(instruction.data);
    if (decoded?.name !== 'settle') return [];
    const { run } = decoded.data as { run: Uint8Array };
    const paid = transfersAfter(instructions, at);
    return [...devicesByAccount(instruction, decodeSettleData(run))].map(
      ([address, { account, devices }]) => ({
        network: instruction.accounts[NETWORK]!,
        account,
        owner: owners.get(address),
        amount: paid.get(address) ?? 0n,
        devices,
      }),
    );
  });
}

interface Paid {
  readonly account: PublicKey;
  readonly devices: { index: number; earned: bigint }[];
}

/** The devices that a run names, by the account to which they are paid. */
function devicesByAccount({ accounts }: FlatInstruction, { first, segments }: SettleData): Map<string, Paid> {
  const found = new Map<string, Paid>();
  let [index, destination] = [first, DESTINATIONS];
  const add = (earned: bigint) => {
    const account = accounts[destination]!;
    const paid = found.get(account.toBase58()) ?? { account, devices: [] };
    paid.devices.push({ index: index++, earned });
    found.set(account.toBase58(), paid);
  };
  for (const segment of segments) {
    if (segment.kind === 'skip') index += segmentLength(segment);
    else if (segment.kind === 'fleet') {
      for (const earned of segment.earned) add(earned);
      destination++;
    } else
      for (const { earned } of segment.leaves) {
        add(earned);
        destination++;
      }
  }
  return found;
}

/** What the calls that follow an instruction moved out of its vault, by destination. */
function transfersAfter(instructions: readonly FlatInstruction[], at: number): Map<string, bigint> {
  const { accounts: named } = instructions[at]!;
  const paid = new Map<string, bigint>();
  const add = (destination: PublicKey, amount: bigint) =>
    paid.set(destination.toBase58(), (paid.get(destination.toBase58()) ?? 0n) + amount);
  for (const { program, accounts, data } of instructions.slice(at + 1)) {
    if (!program.equals(named[TOKEN_PROGRAM]!) || !accounts[0]?.equals(named[VAULT]!)) break;
    const reader = new Reader(Uint8Array.from(data));
    const kind = reader.u8();
    if (kind === TRANSFER) add(accounts[1]!, reader.uint(8));
    // Each transfer of a batch follows the numbers of its accounts and bytes.
    if (kind === BATCH)
      for (let account = 0; reader.remaining > 0; ) {
        const count = reader.u8();
        const transfer = new Reader(reader.bytes(reader.u8()));
        if (transfer.u8() === TRANSFER) add(accounts[account + 1]!, transfer.uint(8));
        account += count;
      }
  }
  return paid;
}

/** Owners of token accounts that a response names, by account. */
function ownersIn({ transaction, meta }: VersionedTransactionResponse): Map<string, string> {
  const loaded = meta?.loadedAddresses;
  const keys = transaction.message.getAccountKeys({ accountKeysFromLookups: loaded });
  return new Map(
    (meta?.postTokenBalances ?? []).flatMap(({ accountIndex, owner }) => {
      const account = keys.get(accountIndex);
      return account && owner ? [[account.toBase58(), owner] as const] : [];
    }),
  );
}
