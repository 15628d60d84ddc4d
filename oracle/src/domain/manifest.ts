import { sha256, toHex } from '@commonwire/sdk/core';
import { z } from 'zod';
import { canonicalBytes, sortedCounts } from './canonical';
import { DomainError } from './errors';
import { MARKET_GROUPS } from './market/groups';
import { MOST_MARKETS, parsePolicy, rulesOf } from './policy';
import { requireRules } from './rules-version';
import type { AnyManifest, Manifest } from './types';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
const amount = z.string().regex(/^(0|[1-9][0-9]{0,19})$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const counts = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), count).transform(sortedCounts);
const references = z.array(z.strictObject({ sha256: hash, bytes: count, lines: count }));

const headSchema = z.strictObject({
  oracle: address,
  epoch: count,
  reports: count,
  sealed_at: count,
  previous: hash,
  root: hash,
  refused: counts,
  signature: z.string().length(88),
});

/** Rules before version 5 held nothing, and said nothing of it. */
const heldSchema = { released: amount.optional(), held: amount.optional() };

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
  ...heldSchema,
  earned_total: amount,
});

const shardSchema = z.strictObject({
  parts: z.strictObject({ reports: count, rewards: count, state: count }),
  unverified: counts,
  accepted: count,
  zeroed: count,
  rejected: count,
  duplicate: count,
  rejected_by_code: counts,
  scores: z.record(z.string().regex(/^[a-z]{1,20}$/), z.string().regex(/^[1-9][0-9]{0,39}$/)),
  allocated: amount,
  repaid: amount,
  ...heldSchema,
  earned: amount,
  ledger_node: z.string().regex(/^[0-9a-f]{80}$/),
});

const marketSchema = z.strictObject({
  address,
  late_seconds: count,
  cleared_from: count,
  cleared_until: count,
});

const manifestSchema = z.strictObject({
  version: z.literal(3),
  rules_version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  network: address,
  program: address,
  genesis_hash: hash,
  birth: amount,
  epoch: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  previous: hash.nullable(),
  cut: z.strictObject({ device_count: count, registry_hash: hash, time: count }),
  limits: z.strictObject({ epoch: amount, device: amount }),
  policy: z.unknown(),
  logs: z.array(headSchema),
  heads: z.array(z.strictObject({ oracle: address, epoch: count, head: hash, sealed_at: count })),
  horizon: count,
  unverified: counts,
  parts: z.strictObject({
    registry: references,
    reports: references,
    rewards: references,
    state: references,
    reduction: references,
    book: references.optional(),
    metered: references.optional(),
    clearings: references.optional(),
    usage: references.optional(),
  }),
  shard_bits: z.number().int().min(1).max(24),
  shards: z.array(shardSchema),
  totals: totalsSchema,
  ledger_root: hash,
  ledger_opening: z.string().regex(/^([0-9a-f]{64}|[0-9a-f]{160})?$/),
  markets: z.array(marketSchema).max(MOST_MARKETS).optional(),
  usage_root: hash,
});

/** Reads a manifest, in canonical form only. @throws DomainError `bad-manifest`, `bad-policy` */
export function parseManifest(bytes: Uint8Array): Manifest {
  const manifest = parseAnyManifest(bytes);
  requireRules(manifest.rules_version, `epoch ${manifest.epoch} was closed by`);
  const policy = parsePolicy(manifest.policy, { development: true });
  if (!isCanonical(policy, canonicalBytes(manifest.policy))) throw notCanonical();
  const { totals, shards } = manifest;
  if (!saysHeld(totals) || !shards.every(saysHeld))
    throw new DomainError('bad-manifest', 'totals and shards must say what is released and held');
  return { ...manifest, policy, totals, shards: shards as Manifest['shards'] };
}

const saysHeld = <T extends { released?: string | undefined; held?: string | undefined }>(
  sums: T,
): sums is T & { released: string; held: string } => sums.released !== undefined && sums.held !== undefined;

/**
 * Reads a manifest whatever rules its epoch was closed by: the next one starts from its outcome, which rules don't change.
 * Nothing is said of its policy.
 * @throws DomainError `bad-manifest`
 */
export function parseAnyManifest(bytes: Uint8Array): AnyManifest {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new DomainError('bad-manifest', 'not JSON');
  }
  requireShortLists(raw);
  const result = manifestSchema.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const path = issue.path.join('.') || 'manifest';
    throw new DomainError('bad-manifest', `${path.slice(0, SHOWN)}: ${issue.message.slice(0, SHOWN)}`);
  }
  const { data } = result;
  if (!isCanonical(data, bytes)) throw notCanonical();
  const asked = rulesOf(data.policy);
  const isTraded = data.markets !== undefined;
  const other = MARKET_GROUPS.find((group) => (data.parts[group] !== undefined) !== isTraded);
  if (other) throw new DomainError('bad-manifest', `parts.${other}: is there if markets is, and only then`);
  if (asked !== data.rules_version)
    throw new DomainError(
      'bad-manifest',
      `rules_version: is ${data.rules_version}, policy.rules_version ${asked ?? 'is missing'}`,
    );
  return data as AnyManifest;
}

/** Characters of names that a manifest has where it may have none, as they are shown. */
const SHOWN = 200;

/** More logs, heads or parts than any epoch has. Longer lists are refused before a million faults are collected. */
const MOST_ENTRIES = 10_000;

/** @throws DomainError `bad-manifest` */
function requireShortLists(raw: unknown): void {
  const fieldsOf = (value: unknown): [string, unknown][] =>
    typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const parts = fieldsOf(raw).flatMap(([name, value]) => (name === 'parts' ? fieldsOf(value) : []));
  for (const [name, value] of [...fieldsOf(raw), ...parts]) {
    if (Array.isArray(value) && value.length > MOST_ENTRIES)
      throw new DomainError('bad-manifest', `${name}: more than ${MOST_ENTRIES} entries`);
  }
}

const isCanonical = (value: unknown, bytes: Uint8Array): boolean =>
  Buffer.compare(canonicalBytes(value), bytes) === 0;

const notCanonical = (): DomainError => new DomainError('bad-manifest', 'not in canonical form');

/** Hex SHA-256 of a manifest's bytes: what the chain and the oracles call the dataset. */
export const datasetHash = (manifestBytes: Uint8Array): string => toHex(sha256(manifestBytes));
