import type { EpochSummary } from '@commonwire/sdk/src/oracle-api';
import { z } from 'zod';
import type { OracleApi } from './api';

const amount = z.string().regex(/^\d+$/).transform(BigInt);
const manifestSchema = z.object({
  parts: z.object({ rewards: z.array(z.object({ sha256: z.string(), lines: z.number() })) }),
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

/** What an epoch's dataset adds to its summary. */
export interface EpochTotals {
  accepted: number;
  zeroed: number;
  rejected: number;
  duplicate: number;
  /** Why reports were refused or rejected, by code. */
  codes: Record<string, number>;
  /** Base units given to devices. */
  allocated: bigint;
  /** Sum of the devices' scores (Wh for energy); absent where the reward table is too long to be read here. */
  score?: bigint;
}

/** A line of the table of epochs; `totals` once the dataset is published. */
export interface EpochRow extends EpochSummary {
  totals?: EpochTotals;
}

const LONGEST_TABLE = 20_000;
/** Datasets never change: each is read once, by its hash. */
const known = new Map<string, EpochTotals>();

/** The latest `limit` epochs, latest first, with the totals of their datasets. */
export async function loadEpochs(api: OracleApi, limit: number): Promise<EpochRow[]> {
  const { epochs } = await api.epochs(limit);
  return Promise.all(
    epochs.map(async (summary): Promise<EpochRow> => {
      const { dataset_hash: hash, epoch } = summary;
      if (hash === null) return summary;
      const totals = known.get(hash) ?? (await loadTotals(api, epoch));
      if (!totals) return summary;
      known.set(hash, totals);
      return { ...summary, totals };
    }),
  );
}

async function loadTotals(api: OracleApi, epoch: number): Promise<EpochTotals | undefined> {
  const { manifest } = await api.epoch(epoch);
  if (manifest === null) return undefined;
  const { parts, totals } = manifestSchema.parse(manifest);
  const { accepted, zeroed, rejected, duplicate, allocated } = totals;
  const codes = { ...totals.refused_by_code };
  for (const [code, count] of Object.entries(totals.rejected_by_code))
    codes[code] = (codes[code] ?? 0) + count;
  const read: EpochTotals = { accepted, zeroed, rejected, duplicate, codes, allocated };
  if (parts.rewards.reduce((sum, { lines }) => sum + lines, 0) > LONGEST_TABLE) return read;
  const tables = await Promise.all(parts.rewards.map(({ sha256 }) => api.rewards(epoch, sha256)));
  return { ...read, score: tables.flat().reduce((sum, { score }) => sum + BigInt(score), 0n) };
}
