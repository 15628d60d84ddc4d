import { signEd25519 } from '@commonwire/sdk/core';
import { encodeReport, type SignedReport } from '@commonwire/sdk/device';
import type { NetworkInfo } from '@commonwire/sdk/oracle';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { cellToLatLng } from 'h3-js';
import { newDevice } from '../../../tests/support/network';

const QUARTER = 900;

/** A device of a test network, and its key. */
export interface ReportSource {
  readonly network: PublicKey;
  readonly index: number;
  readonly owner: PublicKey;
  readonly device: Keypair;
}

/** A device's report of 600 Wh for the quarter of an hour that has just ended in device time. */
export function quarterReport(source: ReportSource, { clock }: NetworkInfo): SignedReport {
  const now = clock.origin + (Date.now() - clock.start) * clock.speed;
  const start = Math.floor(now / (QUARTER * 1000)) * QUARTER - QUARTER;
  return energyReport(source, { start, seconds: QUARTER, value: 600n });
}

/** A device's report of some Wh. `start` in device time, unix seconds. */
export function energyReport(
  { network, index, owner, device }: ReportSource,
  { start, seconds, value }: { start: number; seconds: number; value: bigint },
): SignedReport {
  const [latitude, longitude] = cellToLatLng(newDevice(device).h3Cell.toString(16));
  const bytes = encodeReport({
    network: network.toBytes(),
    index,
    owner: owner.toBytes(),
    sequence: BigInt(start / 60),
    start,
    seconds,
    kind: 1,
    value,
    latitude: Math.round(latitude * 1e7),
    longitude: Math.round(longitude * 1e7),
    extra: new Uint8Array(0),
  });
  const signature = signEd25519(bytes, device.secretKey.subarray(0, 32));
  return {
    report: Buffer.from(bytes).toString('base64'),
    signature: Buffer.from(signature).toString('base64'),
  };
}
