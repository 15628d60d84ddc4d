import { sha256, toHex } from '@commonwire/sdk/core';
import { z } from 'zod';
import { canonicalBytes, sortedCounts } from './canonical';
import { DomainError } from './errors';
import { parsePolicy } from './policy';
import type { Manifest } from './types';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
const amount = z.string().regex(/^(0|[1-9][0-9]{0,19})$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const counts = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), count).transform(sortedCounts);
const references = z.array(z.strictObject({ sha256: hash, bytes: count, lines: count }));

const headSchema = z.strictObject({
  oracle: address,
  epoch: count,
  entries: count,
  sealed_at: count,
  head: hash,
  refused: counts,
  signature: z.string().length(88),
});

const totalsSchema = z.strictObject({
  accepted: count,
  zeroed: count,
  rejected: count,
  duplicate: count,
  refused_by_code: counts,
  rejected_by_code: counts,
  budget: amount,
  allocated: amount,
  unallocated: amount,
  repaid: amount,
  earned_total: amount,
});

const manifestSchema = z.strictObject({
  version: z.literal(1),
  network: address,
  program: address,
  birth: amount,
  epoch: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  previous: hash.nullable(),
  cut: z.strictObject({ device_count: count, registry_hash: hash, time: count }),
  limits: z.strictObject({ epoch: amount, device: amount }),
  policy: z.unknown().transform((policy) => parsePolicy(policy, { development: true })),
  logs: z.array(headSchema),
  heads: z.array(z.strictObject({ oracle: address, epoch: count, head: hash, sealed_at: count })),
  horizon: count,
  unverified: counts,
  parts: z.strictObject({
    registry: references,
    reports: references,
    rewards: references,
    state: references,
  }),
  totals: totalsSchema,
  ledger_root: hash,
  usage_root: hash,
});

/** Reads a manifest, in canonical form only. @throws DomainError `bad-manifest`, `bad-policy` */
export function parseManifest(bytes: Uint8Array): Manifest {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new DomainError('bad-manifest', 'not JSON');
  }
  const result = manifestSchema.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new DomainError('bad-manifest', `${issue.path.join('.') || 'manifest'}: ${issue.message}`);
  }
  if (Buffer.compare(canonicalBytes(result.data), bytes) === 0) return result.data;
  throw new DomainError('bad-manifest', 'not in canonical form');
}

/** Hex SHA-256 of a manifest's bytes, by which the chain and the oracles identify a dataset. */
export const datasetHash = (manifestBytes: Uint8Array): string => toHex(sha256(manifestBytes));
