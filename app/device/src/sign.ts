import { type Ed25519KeyPair, signEd25519 } from '@commonwire/sdk/core';
import { encodeReport, type SignedReport } from '@commonwire/sdk/device';

/** Who a device is and where it stands: what all its reports have in common. */
export interface DeviceIdentity {
  /** address of the network account, 32 bytes */
  network: Uint8Array;
  /** the index the registry gave it */
  index: number;
  /** the owner's wallet, 32 bytes */
  owner: Uint8Array;
  /** see `Kind` of the SDK */
  kind: number;
  /** 1e-7 degree, north positive */
  latitude: number;
  /** 1e-7 degree, east positive */
  longitude: number;
}

/** One measurement: `value` in the kind's unit over whole minutes. */
export interface Reading {
  /** unix seconds */
  start: number;
  seconds: number;
  value: bigint;
  /** what the kind's rules want to know beside the value, up to 255 bytes */
  extra?: Uint8Array;
}

const NO_EXTRA = new Uint8Array(0);

/**
 * A reading's sequence number: the unix minute it starts in. It grows with the start by exactly the minutes passed, as
 * the oracles demand, and is right again even after the device has lost all it stored.
 */
export function sequenceOf(start: number): bigint {
  return BigInt(Math.floor(start / 60));
}

/** The signed report of a reading, as it travels over HTTP. */
export function signReading(
  identity: DeviceIdentity,
  key: Ed25519KeyPair,
  reading: Reading,
  sequence: bigint = sequenceOf(reading.start),
): SignedReport {
  const bytes = encodeReport({ extra: NO_EXTRA, ...identity, ...reading, sequence });
  return { report: toBase64(bytes), signature: toBase64(signEd25519(bytes, key)) };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
