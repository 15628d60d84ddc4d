import type { EpochSummary } from '@commonwire/sdk/oracle';
import * as z from 'zod';
import type { OracleApi } from './api';

const amount = z.string().regex(/^\d+$/).transform(BigInt);
const references = z.array(z.object({ sha256: z.string(), lines: z.number() }));
const manifestSchema = z.object({
  parts: z.object({ registry: references, rewards: references }),
  totals: z.object({
    accepted: z.number(),
    zeroed: z.number(),
    rejected: z.number(),
    duplicate: z.number(),
    refused_by_code: z.record(z.string(), z.number()),
    rejected_by_code: z.record(z.string(), z.number()),
    allocated: amount,
  }),
});

const rewardSchema = z.object({ index: z.number(), score: amount });
/** Only registrations name the kind, which never changes. */
const registrySchema = z.object({ index: z.number(), kind: z.number().optional() });

type Manifest = z.infer<typeof manifestSchema>;

/** The total score of a kind's devices, in the kind's unit. */
export interface KindScore {
  kind: number;
  score: bigint;
}

/** Totals from an epoch's dataset. */
export interface EpochTotals {
  accepted: number;
  zeroed: number;
  rejected: number;
  duplicate: number;
  /** The number of refused and rejected reports by code. */
  codes: Record<string, number>;
  /** Base units allocated to devices. */
  allocated: bigint;
  /** For each kind with devices, by kind; missing if the reward table or registry is too long to read here. */
  scores?: KindScore[];
}

/** A row of the epoch table, with `totals` once the dataset is published. */
export interface EpochRow extends EpochSummary {
  totals?: EpochTotals;
}

const LONGEST_TABLE = 20_000;
/** Totals by dataset hash. Datasets never change, so each is read only once. */
const known = new Map<string, EpochTotals>();

/**
 * Loads the latest `limit` epochs, latest first, with the totals of their datasets.
 * @param show called with all rows at once, and again for each dataset
 */
export async function loadEpochs(
  api: OracleApi,
  limit: number,
  show: (rows: EpochRow[]) => void,
): Promise<void> {
  const { epochs } = await api.epochs(limit);
  const read = new Map<string, EpochTotals>();
  const rows = () =>
    epochs.map((summary): EpochRow => {
      const hash = summary.dataset_hash;
      const totals = hash === null ? undefined : (known.get(hash) ?? read.get(hash));
      return totals ? { ...summary, totals } : summary;
    });
  show(rows());
  const unread = epochs.flatMap(({ epoch, dataset_hash: hash }) =>
    hash === null || known.has(hash) ? [] : [{ epoch, hash }],
  );
  const datasets = (
    await Promise.all(unread.map(async (one) => ({ ...one, manifest: await loadManifest(api, one.epoch) })))
  ).flatMap(({ manifest, ...one }) => (manifest ? [{ ...one, manifest }] : []));
  // The registry only grows, so the latest one has the devices of all earlier epochs.
  const [latest] = datasets;
  const kinds = latest && (await loadKinds(api, latest));
  await Promise.all(
    datasets.map(async (dataset) => {
      const { whole, totals } = await loadTotals(api, dataset, kinds);
      (whole ? known : read).set(dataset.hash, totals);
      show(rows());
    }),
  );
}

interface Dataset {
  epoch: number;
  manifest: Manifest;
}

async function loadManifest(api: OracleApi, epoch: number): Promise<Manifest | undefined> {
  const { manifest } = await api.epoch(epoch);
  return manifest === null ? undefined : manifestSchema.parse(manifest);
}

/** Loads the kind of each device by index. */
async function loadKinds(
  api: OracleApi,
  { epoch, manifest }: Dataset,
): Promise<ReadonlyMap<number, number> | Unread> {
  const entries = await loadTable(api, epoch, manifest.parts.registry, registrySchema);
  if (typeof entries === 'string') return entries;
  return new Map(entries.flatMap(({ index, kind }) => (kind === undefined ? [] : [[index, kind]])));
}

/** @returns the totals, and whether nothing of them is missing that the oracle may have later */
async function loadTotals(
  api: OracleApi,
  { epoch, manifest: { parts, totals } }: Dataset,
  kinds: ReadonlyMap<number, number> | Unread | undefined,
): Promise<{ whole: boolean; totals: EpochTotals }> {
  const read = summed(totals);
  if (!kinds || typeof kinds === 'string') return { whole: kinds === 'too-long', totals: read };
  const rewards = await loadTable(api, epoch, parts.rewards, rewardSchema);
  if (typeof rewards === 'string') return { whole: rewards === 'too-long', totals: read };
  return { whole: true, totals: { ...read, scores: sumByKind(rewards, kinds) } };
}

function summed(totals: Manifest['totals']): EpochTotals {
  const { accepted, zeroed, rejected, duplicate, allocated } = totals;
  const codes = { ...totals.refused_by_code };
  for (const [code, count] of Object.entries(totals.rejected_by_code))
    codes[code] = (codes[code] ?? 0) + count;
  return { accepted, zeroed, rejected, duplicate, codes, allocated };
}

/** The totals that a manifest itself has; undefined if there is none. @throws ZodError if it isn't one */
export const totalsOf = (manifest: object | null): EpochTotals | undefined =>
  manifest === null ? undefined : summed(manifestSchema.parse(manifest).totals);

function sumByKind(
  rewards: readonly z.infer<typeof rewardSchema>[],
  kinds: ReadonlyMap<number, number>,
): KindScore[] {
  const sums = new Map<number, bigint>();
  for (const { index, score } of rewards) {
    const kind = kinds.get(index) ?? 0;
    sums.set(kind, (sums.get(kind) ?? 0n) + score);
  }
  return [...sums].map(([kind, score]) => ({ kind, score })).sort((a, b) => a.kind - b.kind);
}

/** Why a table isn't read: it has too many lines, or the oracle, which is catching up, doesn't have all of it yet. */
type Unread = 'too-long' | 'missing';

/** Loads all lines of a group of parts. */
async function loadTable<T>(
  api: OracleApi,
  epoch: number,
  parts: z.infer<typeof references>,
  schema: z.ZodType<T>,
): Promise<T[] | Unread> {
  if (parts.reduce((sum, { lines }) => sum + lines, 0) > LONGEST_TABLE) return 'too-long';
  const tables = await Promise.all(parts.map(({ sha256 }) => api.lines(epoch, sha256, schema)));
  return tables.some((table) => table === undefined) ? 'missing' : tables.flatMap((table) => table ?? []);
}
