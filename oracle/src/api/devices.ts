import { toHex } from '@commonwire/sdk/core';
import { decodeReport, reportHash } from '@commonwire/sdk/device';
import type { DeviceInfo, DeviceReport } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Manifest } from '../domain/index';
import { outstandingAfter } from '../registry/outstanding';
import { notFound } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { readBlob } from '../storage/blobs';
import { parseJson } from '../storage/store';
import { deviceBalance } from './settlements';
import { datasetHash } from './status';

/** Closed epochs that are searched for a device's reports. */
const EPOCHS = 3;
/** Maximum number of reports that are returned. */
const REPORTS = 50;

/** The fields of a dataset's report line that are shown. */
const lineSchema = z.object({ report: z.string(), verdict: z.string(), reasons: z.array(z.string()) });

/**
 * Returns a device, its balance, its latest reports with verdicts, and its refusals.
 * @throws OracleError `not-found`
 */
export async function deviceInfo(oracle: Oracle, index: number): Promise<DeviceInfo> {
  if (index >= oracle.registry.known.deviceCount) await oracle.registry.refresh();
  const { latestCut, current } = await oracle.chain.readNetwork('latest');
  const registry = oracle.registry.known.in(latestCut.epoch + 1);
  const device = registry.device(index);
  if (!device) throw notFound(`no device with index ${index} is registered`);
  const { earned, paid, claimable } = await deviceBalance(oracle, index);
  return {
    index,
    owner: new PublicKey(device.owner).toBase58(),
    key_type: device.keyType,
    device_key: toHex(device.deviceKey),
    kind: device.kind,
    h3_cell: device.h3Cell.toString(16),
    capacity: device.capacity,
    retired: registry.isRetired(index),
    outstanding: outstandingAfter(oracle.registry.known, current.epoch).get(index) ?? null,
    earned: earned.toString(),
    paid: paid.toString(),
    claimable: claimable.toString(),
    reports: await lastReports(oracle, index),
    refused: [...oracle.ingest.refusals.of(index)],
  };
}

async function lastReports(oracle: Oracle, index: number): Promise<DeviceReport[]> {
  const { latestCut } = await oracle.chain.readNetwork('latest');
  const reports: DeviceReport[] = [];
  for (let epoch = latestCut.epoch; epoch > Math.max(0, latestCut.epoch - EPOCHS); epoch--)
    reports.push(...(await reportsIn(oracle, epoch, index)).reverse());
  return reports.slice(0, REPORTS);
}

/** Returns the device's reports in an epoch's dataset. */
async function reportsIn(oracle: Oracle, epoch: number, index: number): Promise<DeviceReport[]> {
  const hash = await datasetHash(oracle, epoch);
  const manifest = hash && (await readBlob(oracle.blobs, hash));
  if (!manifest) return [];
  const found: DeviceReport[] = [];
  for (const { sha256 } of (parseJson(manifest) as Manifest).parts.reports) {
    const part = await readBlob(oracle.blobs, sha256);
    const lines = Buffer.from(part ?? [])
      .toString('utf8')
      .split('\n');
    // A line begins with its device, so other devices' lines need not be parsed.
    found.push(
      ...lines.filter((line) => line.startsWith(`{"device":${index},`)).map((line) => shown(epoch, line)),
    );
  }
  return found;
}

function shown(epoch: number, line: string): DeviceReport {
  const { report, verdict, reasons } = lineSchema.parse(JSON.parse(line));
  const bytes = new Uint8Array(Buffer.from(report, 'base64'));
  const { sequence, start, seconds, value } = decodeReport(bytes);
  return {
    epoch,
    hash: toHex(reportHash(bytes)),
    sequence: sequence.toString(),
    start,
    seconds,
    value: value.toString(),
    outcome: verdict,
    reasons,
  };
}
