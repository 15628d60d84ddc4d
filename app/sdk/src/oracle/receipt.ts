import { PublicKey } from '@solana/web3.js';
import * as z from 'zod';
import { ascii, concat, fromBase64, fromHex, toHex, u32, u64 } from '../core/bytes';
import { KeyType } from '../core/device-key';
import { sha256 } from '../core/hash';
import { verifySignature } from '../core/signatures';
import { type Receipt, receiptSchema } from './api';

/** A receipt as an agent keeps it, one a line of JSON. */
export const keptReceiptSchema = z.object({
  /** base58 */
  network: z.string(),
  /** Hashes of the accepted reports that the receipt is for, in order, hex. */
  reports: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
  receipt: receiptSchema,
});
export type KeptReceipt = z.output<typeof keptReceiptSchema>;

/** What an oracle signs about an entry of its log, once it is stored. Hashes are 32 bytes. */
export interface ReceiptFacts {
  readonly network: Uint8Array;
  /** The oracle's key, 32 bytes. */
  readonly oracle: Uint8Array;
  readonly epoch: number;
  /** The entry's place in the epoch's log. */
  readonly sequence: number;
  /** The entry's hash. */
  readonly entry: Uint8Array;
  /** Root of the tree of the requests whose reports are in the entry. */
  readonly root: Uint8Array;
}

/** The bytes that an oracle signs: one signature for all requests that share an entry. */
export const receiptMessage = ({ network, oracle, epoch, sequence, entry, root }: ReceiptFacts): Uint8Array =>
  concat(ascii('commonwire:receipt:v1'), network, oracle, u64(BigInt(epoch)), u32(sequence), entry, root);

/** The leaf of a request: the hashes of its accepted reports, 32 bytes each, in its order. */
export const receiptLeaf = (reports: readonly Uint8Array[]): Uint8Array =>
  sha256(Uint8Array.of(0), ...reports);

const parent = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1), left, right);

/** The root over leaves, at least one, and the path to it of each. A node without a sibling goes up as it is. */
export function receiptTree(leaves: readonly Uint8Array[]): {
  readonly root: Uint8Array;
  readonly paths: readonly Receipt['path'][];
} {
  const paths: Receipt['path'][] = leaves.map(() => []);
  let level = leaves.map((hash, i) => ({ hash, below: [i] }));
  while (level.length > 1) {
    const next: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]];
      if (!right) {
        next.push(left);
        continue;
      }
      for (const leaf of left.below) paths[leaf]!.push({ side: 'right', hash: toHex(right.hash) });
      for (const leaf of right.below) paths[leaf]!.push({ side: 'left', hash: toHex(left.hash) });
      next.push({ hash: parent(left.hash, right.hash), below: [...left.below, ...right.below] });
    }
    level = next;
  }
  return { root: level[0]!.hash, paths };
}

/**
 * Whether a receipt proves that its oracle has put these reports into the entry that it names.
 * @param network 32 bytes @param reports hashes of the accepted reports of the request, in its order
 */
export function isReceiptFor(network: Uint8Array, receipt: Receipt, reports: readonly Uint8Array[]): boolean {
  if (reports.length === 0) return false;
  let root = receiptLeaf(reports);
  for (const { side, hash } of receipt.path)
    root = side === 'left' ? parent(fromHex(hash), root) : parent(root, fromHex(hash));
  const publicKey = keyOf(receipt.oracle);
  if (!publicKey) return false;
  const { epoch, sequence, entry } = receipt;
  const message = receiptMessage({
    network,
    oracle: publicKey,
    epoch,
    sequence,
    entry: fromHex(entry),
    root,
  });
  const signature = fromBase64(receipt.signature);
  return verifySignature({ keyType: KeyType.ed25519, publicKey, message, signature });
}

function keyOf(address: string): Uint8Array | undefined {
  try {
    return new PublicKey(address).toBytes();
  } catch {
    return undefined;
  }
}
