import { equal, toHex } from '@commonwire/sdk/core';
import { decodeReport, placeOf, reportHash } from '@commonwire/sdk/device';
import type { CellList, DeviceEntry, DeviceInfo, DeviceList, DeviceReport } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { ChainNetwork } from '../chain/chain';
import { type Manifest, type PartReference, toBase58 } from '../domain/index';
import { outstandingOf } from '../registry/outstanding';
import { notFound } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { readBlob } from '../storage/blobs';
import { parseJson } from '../storage/store';
import { type Balances, balanceJson, readBalances } from './balances';
import { candidatesFrom, type Page, type Slice } from './owned';
import { datasetHash } from './status';

/** Epochs that are searched for a device's reports: the collecting one and these before it. */
const EPOCHS = 3;
/** Maximum number of reports with verdicts that are returned, and of those before them that have none yet. */
const REPORTS = 50;
const RECEIVED = 10;
/** The fields of a dataset's report line that are shown. */
const lineSchema = z.object({ report: z.string(), verdict: z.string(), reasons: z.array(z.string()) });

/**
 * Returns a device, its balance, its latest reports with verdicts, and its refusals.
 * @throws OracleError `not-found`
 */
export async function deviceInfo(oracle: Oracle, index: number): Promise<DeviceInfo> {
  if (index >= oracle.registry.known.deviceCount)
    throw notFound(`no device with index ${index} is registered`);
  const network = await oracle.view.latest();
  const balances = await readBalances(oracle, network, [index]);
  return {
    ...entryOf(oracle, network, balances, index),
    reports: await lastReports(oracle, network, index),
    refused: [...oracle.ingest.refusals.of(index)],
  };
}

/** Returns devices after an index, those of one owner if one is given, in ascending order. */
export async function deviceList(
  oracle: Oracle,
  { owner, after, limit }: { owner?: string; after?: number; limit: number },
): Promise<DeviceList> {
  const network = await oracle.view.latest();
  const from = after === undefined ? 0 : after + 1;
  const { found, next } = owner
    ? ownedFrom(oracle, network, new PublicKey(owner).toBytes(), { from, limit })
    : allFrom(oracle, { from, limit });
  const balances = await readBalances(oracle, network, found);
  return { devices: found.map((index) => entryOf(oracle, network, balances, index)), next_after: next };
}

/** Returns where devices after an index stand and of what kind they are. It takes nothing from the chain. */
export async function cellList(
  { registry }: Oracle,
  { after, limit }: { after?: number; limit: number },
): Promise<CellList> {
  const { known } = registry;
  const view = known.in(Number.MAX_SAFE_INTEGER);
  const first = after === undefined ? 0 : after + 1;
  const end = Math.min(known.deviceCount, first + limit);
  const cells: CellList['cells'] = [];
  const kinds: number[] = [];
  for (let index = first; index < end; index++) {
    const { h3Cell, kind } = view.device(index)!;
    cells.push(view.isRetired(index) ? null : placeOf(h3Cell).toString(16));
    kinds.push(kind);
  }
  return { first, cells, kinds, next_after: end < known.deviceCount ? end - 1 : null };
}

function allFrom({ registry }: Oracle, { from, limit }: Slice): Page {
  const end = Math.min(registry.known.deviceCount, from + limit);
  const found = Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
  return { found, next: end < registry.known.deviceCount ? end - 1 : null };
}

/** The owner's devices in the epoch that collects. */
function ownedFrom(oracle: Oracle, { latestCut }: ChainNetwork, owner: Uint8Array, slice: Slice): Page {
  const view = oracle.registry.known.in(latestCut.epoch + 1);
  return candidatesFrom(oracle, owner, slice, (index) => equal(view.device(index)!.owner, owner));
}

function entryOf(
  { registry }: Oracle,
  { latestCut, current }: ChainNetwork,
  balances: Balances,
  index: number,
): DeviceEntry {
  const view = registry.known.in(latestCut.epoch + 1);
  const device = view.device(index)!;
  return {
    index,
    owner: toBase58(device.owner),
    key_type: device.keyType,
    device_key: toHex(device.deviceKey),
    kind: device.kind,
    h3_cell: device.h3Cell.toString(16),
    capacity: device.capacity,
    retired: view.isRetired(index),
    outstanding: outstandingOf(registry.known, index, current.epoch),
    ...balanceJson(balances.of(index)),
  };
}

/**
 * Returns the latest reports, latest first: from datasets, or as stored if their epoch isn't closed yet. What a device
 * measured in the epoch that collects isn't shown, so that nobody copies it into a report for the same epoch.
 */
async function lastReports(
  oracle: Oracle,
  { latestCut }: ChainNetwork,
  index: number,
): Promise<DeviceReport[]> {
  const open = (await oracle.log.openEpoch()) ?? 0;
  const received: DeviceReport[] = [];
  const decided: DeviceReport[] = [];
  const collecting = latestCut.epoch + 1;
  for (let epoch = collecting; epoch >= Math.max(1, collecting - EPOCHS); epoch--) {
    if (decided.length >= REPORTS) break;
    const parts = epoch < collecting ? await reportParts(oracle, epoch) : undefined;
    if (parts) {
      const lines = await oracle.reportLines.of(parts, index);
      decided.push(...lines.map((line) => judged(epoch, line)).reverse());
    } else
      for (const { report } of oracle.ingest.recent.of(index, epoch))
        received.push({ ...shown(epoch, report, 'received', []), ...(epoch >= open && { value: null }) });
  }
  return [...received.slice(0, RECEIVED), ...decided.slice(0, REPORTS)];
}

/** Report parts by the dataset's hash; datasets never change. */
const known = new WeakMap<Oracle, Map<string, readonly PartReference[]>>();

async function reportParts(oracle: Oracle, epoch: number): Promise<readonly PartReference[] | undefined> {
  const hash = await datasetHash(oracle, epoch);
  if (!hash) return undefined;
  const byHash = known.get(oracle) ?? new Map<string, readonly PartReference[]>();
  known.set(oracle, byHash);
  const there = byHash.get(hash);
  if (there) return there;
  const manifest = await readBlob(oracle.blobs, hash);
  if (!manifest) return undefined;
  const { reports } = (parseJson(manifest) as Manifest).parts;
  if (byHash.size > 2 * EPOCHS) byHash.delete(byHash.keys().next().value!);
  byHash.set(hash, reports);
  return reports;
}

function judged(epoch: number, line: string): DeviceReport {
  const { report, verdict, reasons } = lineSchema.parse(JSON.parse(line));
  return shown(epoch, report, verdict, reasons);
}

function shown(epoch: number, report: string, outcome: string, reasons: string[]): DeviceReport {
  const bytes = new Uint8Array(Buffer.from(report, 'base64'));
  const { sequence, start, seconds, value } = decodeReport(bytes);
  return {
    epoch,
    hash: toHex(reportHash(bytes)),
    sequence: sequence.toString(),
    start,
    seconds,
    value: value.toString(),
    outcome,
    reasons,
  };
}
