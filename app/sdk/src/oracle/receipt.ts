import { PublicKey } from '@solana/web3.js';
import * as z from 'zod';
import { ascii, concat, fromBase64, fromHex, u32, u64 } from '../core/bytes';
import { KeyType } from '../core/device-key';
import { climb, treeLeaf } from '../core/hash-tree';
import { verifySignature } from '../core/signatures';
import { decodeReport, reportHash } from '../device/report';
import { type Receipt, receiptSchema } from './api';

/** A report that an oracle has accepted. */
export interface AcceptedReport {
  /** The device's index. */
  readonly device: number;
  /** The report's hash, 32 bytes. */
  readonly hash: Uint8Array;
}

/** A receipt as an agent keeps it, one a line of JSON. */
export const keptReceiptSchema = z.object({
  /** base58 */
  network: z.string(),
  /** The accepted reports that the receipt is for, in order; hashes in hex. */
  reports: z
    .array(
      z.object({
        device: z.number().int().min(0).max(0xffff_ffff),
        hash: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1),
  receipt: receiptSchema,
});
export type KeptReceipt = z.output<typeof keptReceiptSchema>;

/** What an oracle signs about an entry of its log, once it is stored. */
export interface ReceiptFacts {
  /** 32 bytes. */
  readonly network: Uint8Array;
  /** The oracle's key, 32 bytes. */
  readonly oracle: Uint8Array;
  readonly epoch: number;
  /** The lane that the entry is in, hex of 8 bytes. */
  readonly lane: string;
  /** The entry's place in its lane. */
  readonly sequence: number;
  /** Root of the tree of the requests whose reports are in the entry, 32 bytes. */
  readonly root: Uint8Array;
}

/** The bytes that an oracle signs: one signature for all requests that share an entry. */
export const receiptMessage = ({ network, oracle, epoch, lane, sequence, root }: ReceiptFacts): Uint8Array =>
  concat(
    ascii('commonwire:receipt:v2'),
    network,
    oracle,
    u64(BigInt(epoch)),
    fromHex(lane),
    u32(sequence),
    root,
  );

/** The leaf of a request: the devices and hashes of its accepted reports, in its order. */
export const receiptLeaf = (reports: readonly AcceptedReport[]): Uint8Array =>
  treeLeaf(...reports.flatMap(({ device, hash }) => [u32(device), hash]));

/**
 * Whether a receipt proves that its oracle has stored these reports for the epoch that it names.
 * @param network 32 bytes @param reports the accepted reports of the request, in its order
 */
export function isReceiptFor(
  network: Uint8Array,
  receipt: Receipt,
  reports: readonly AcceptedReport[],
): boolean {
  if (reports.length === 0) return false;
  const publicKey = keyOf(receipt.oracle);
  if (!publicKey) return false;
  const { epoch, lane, sequence } = receipt;
  const root = climb(receiptLeaf(reports), receipt.path);
  const message = receiptMessage({ network, oracle: publicKey, epoch, lane, sequence, root });
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

/** What a receipt says of a report. @param bytes as the device signed it @throws FormatError if it is no report */
export const acceptedReport = (bytes: Uint8Array): AcceptedReport => ({
  device: decodeReport(bytes).index,
  hash: reportHash(bytes),
});
