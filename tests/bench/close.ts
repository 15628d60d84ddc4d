import { unpackDeviceKey, verifySignature } from '@commonwire/sdk/core';
import {
  type CloseInput,
  genesis,
  type Manifest,
  type PreviousState,
  partsBefore,
  partsToVerify,
  readPage,
  verifyShard,
} from '../../oracle/src/domain';
import { closeEpoch } from '../../oracle/src/epoch/shards/close-epoch';
import { inPages } from '../../oracle/test/support/closing';
import { decimals, type Figure, type Suite, timed } from './figures';
import { Fleet } from './fleet';
import { KeptParts } from './kept-parts';

const FEW = 100_000;
const MANY = 1_000_000;
/** Threads that compute shards, as in an oracle. */
const THREADS = 2;
/** Number of signatures from which the rate is measured. */
const SIGNATURES = 20_000;

/**
 * Measures closing and attesting the second epoch of a million devices with one report each, from logs and state in
 * memory to stored parts and ledger. A leader has verified the signatures of its own log before; an attester verifies all.
 */
export const closeSuite: Suite = async (progress) => {
  const few = await measure(FEW, progress);
  const many = await measure(MANY, progress);
  return [
    { name: 'close.1m.seconds', value: decimals(many.close.seconds, 1), unit: 's' },
    { name: 'close.1m.cpu_seconds', value: decimals(many.close.cpu, 1), unit: 's' },
    { name: 'close.1m.peak_mib', value: many.peak, unit: 'MiB' },
    { name: 'close.growth_100k_1m', value: decimals(many.close.cpu / few.close.cpu, 1), unit: 'times' },
    { name: 'close.bytes_stored_per_device', value: Math.round(many.stored / MANY), unit: 'bytes' },
    { name: 'attest.1m.seconds', value: decimals(many.attest.seconds, 1), unit: 's' },
    { name: 'attest.1m.cpu_seconds', value: decimals(many.attest.cpu, 1), unit: 's' },
    { name: 'shard.verify.seconds', value: decimals(many.shard.seconds, 1), unit: 's' },
    many.signatures,
  ];
};

interface Cost {
  readonly seconds: number;
  /** Of all threads. */
  readonly cpu: number;
}

interface Measured {
  readonly close: Cost;
  readonly attest: Cost;
  readonly shard: Cost;
  /** The most memory that the process has had after closing, with the input, which an oracle reads from its store. */
  readonly peak: number;
  /** Compressed bytes of the second epoch's new parts. */
  readonly stored: number;
  readonly signatures: Figure;
}

async function measure(devices: number, progress: (what: string) => void): Promise<Measured> {
  progress(`registering ${devices} devices`);
  const fleet = new Fleet(devices);
  const parts = new KeptParts();
  progress('closing their first epoch');
  const first = await closeIt(fleet, genesis, parts);
  progress('signing reports of the next');
  const input = fleet.input(first.outcome.next);
  const before = parts.compressedBytes;
  progress('closing it');
  const verified = input.committee[0]!;
  const { sealed, pages } = inPages(input);
  const second = await costOf(() =>
    closeEpoch(sealed, { threads: THREADS, verified, pages, keep: parts.keep }),
  );
  const stored = parts.compressedBytes - before;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  progress('attesting it');
  const attested = await costOf(() =>
    closeEpoch(sealed, { threads: THREADS, pages, keep: async () => undefined }),
  );
  if (attested.value.datasetHash !== second.value.datasetHash) throw new Error('two closes differ');
  progress('verifying one shard');
  const shard = await costOf(async () => verifyFirst(second.value.manifest, first.outcome.manifest, parts));
  return { close: second, attest: attested, shard, peak, stored, signatures: await signatureRate(input) };
}

async function closeIt(fleet: Fleet, previous: PreviousState, { keep }: KeptParts) {
  const input = fleet.input(previous);
  const verified = input.committee[0]!;
  const { sealed, pages } = inPages(input);
  return { outcome: await closeEpoch(sealed, { threads: THREADS, verified, pages, keep }) };
}

function verifyFirst(manifest: Manifest, before: Manifest, parts: KeptParts): void {
  const part = parts.only(partsToVerify(manifest, 0));
  const partBefore = parts.only(partsBefore(manifest, before, 0, part));
  const wrong = verifyShard({ manifest, part, before, partBefore, shard: 0 });
  if (wrong) throw new Error(wrong);
}

async function costOf<T>(work: () => Promise<T>): Promise<Cost & { readonly value: T }> {
  const before = process.cpuUsage();
  const { value, seconds } = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { value, seconds, cpu: (user + system) / 1e6 };
}

/** Measures how many Ed25519 signatures a core verifies per second with a close's strict check. */
async function signatureRate({ logs, registry, cut }: CloseInput): Promise<Figure> {
  const view = registry.at(cut.registry_hash, 1);
  const reports = readPage(Buffer.concat(logs[0]!.runs[0]!.pages));
  const checks = Array.from(reports, ({ bytes, signature }, index) => {
    const { keyType, deviceKey } = view.device(index)!;
    const publicKey = unpackDeviceKey(keyType, deviceKey);
    return { keyType, publicKey, message: bytes, signature };
  }).slice(0, SIGNATURES);
  const { value, seconds } = await timed(() => checks.every(verifySignature));
  if (!value) throw new Error('a signature of the fleet is not valid');
  return {
    name: 'close.signatures_per_second',
    value: Math.round(checks.length / seconds),
    unit: 'signatures/s',
  };
}
