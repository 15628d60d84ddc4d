import { type Ed25519KeyPair, signEd25519 } from '@commonwire/sdk/core';
import { encodeReport, type SignedReport } from '@commonwire/sdk/device';

/** The fields that all reports of a device share. */
export interface DeviceIdentity {
  /** address of the network account, 32 bytes */
  network: Uint8Array;
  /** index in the registry */
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

/** One measurement over whole minutes, with `value` in the kind's unit. */
export interface Reading {
  /** unix seconds */
  start: number;
  seconds: number;
  value: bigint;
  /** further data for the kind's rules, up to 255 bytes */
  extra?: Uint8Array;
}

const NO_EXTRA = new Uint8Array(0);

/**
 * Returns a reading's sequence number: the unix minute in which it starts. It increases by the minutes between starts, as
 * oracles require, and stays correct even if the device loses its stored data.
 */
export function sequenceOf(start: number): bigint {
  return BigInt(Math.floor(start / 60));
}

/** Signs a reading. @returns the report in its HTTP form */
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
