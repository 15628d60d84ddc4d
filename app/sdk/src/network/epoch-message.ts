import { ascii, concat, ofLength, u32, u64 } from '../core/bytes';
import { Reader } from '../core/reader';

const DOMAIN = 'commonwire:epoch:v1';

/** Length of an encoded {@link EpochMessage}. */
export const EPOCH_MESSAGE_BYTES = 247;

/** The message that oracles sign about an epoch. Addresses and hashes have 32 bytes. */
export interface EpochMessage {
  /** Address of the program `network`. */
  program: Uint8Array;
  /** Address of the network account. */
  network: Uint8Array;
  /** Slot in which the network was created, u64: a network created again at the same address is a different one. */
  birth: bigint;
  /** Raised by every change of the committee, u32. */
  committeeVersion: number;
  /** From 1, u64. */
  epoch: bigint;
  /** From 0 for every epoch, u32. */
  attempt: number;
  ledgerRoot: Uint8Array;
  /** Sum of all leaves: smallest units since the start, u64. */
  earnedTotal: bigint;
  /** Devices in the ledger, as fixed by the cut, u32. */
  deviceCount: number;
  /** Running hash of the registry at the cut. */
  registryHash: Uint8Array;
  /** Root of usage leaves; zeros where there is no market. */
  usageRoot: Uint8Array;
  /** SHA-256 of the dataset's manifest. */
  datasetHash: Uint8Array;
}

/** Encodes the 247 bytes that an oracle signs. @throws FormatError `out-of-range`, `wrong-length` */
export function encodeEpochMessage(message: EpochMessage): Uint8Array {
  return concat(
    ascii(DOMAIN),
    ofLength(32, message.program, 'program'),
    ofLength(32, message.network, 'network'),
    u64(message.birth),
    u32(message.committeeVersion),
    u64(message.epoch),
    u32(message.attempt),
    ofLength(32, message.ledgerRoot, 'ledgerRoot'),
    u64(message.earnedTotal),
    u32(message.deviceCount),
    ofLength(32, message.registryHash, 'registryHash'),
    ofLength(32, message.usageRoot, 'usageRoot'),
    ofLength(32, message.datasetHash, 'datasetHash'),
  );
}

/** Decodes exactly one message. @throws FormatError `truncated`, `trailing-bytes`, `wrong-domain` */
export function decodeEpochMessage(bytes: Uint8Array): EpochMessage {
  const reader = new Reader(bytes);
  reader.domain(DOMAIN);
  const message: EpochMessage = {
    program: reader.bytes(32),
    network: reader.bytes(32),
    birth: reader.u64(),
    committeeVersion: reader.u32(),
    epoch: reader.u64(),
    attempt: reader.u32(),
    ledgerRoot: reader.bytes(32),
    earnedTotal: reader.u64(),
    deviceCount: reader.u32(),
    registryHash: reader.bytes(32),
    usageRoot: reader.bytes(32),
    datasetHash: reader.bytes(32),
  };
  reader.end();
  return message;
}
