/** Verifies one shard of a published dataset alone, without the reports of the others. */
import { fromHex, toHex } from '@commonwire/sdk/core';
import { fromBase58 } from '../address';
import { attestedAt } from '../attestation';
import { DomainError } from '../errors';
import { kinds } from '../kinds';
import { readRegistryLine, readReportLine, readRewardLine, readStateLine } from '../lines';
import { linesOf, type PartSource } from '../parts';
import { quotaBetween, secondsBetween } from '../quota';
import { type OwnerEntry, partialSnapshot, type RegistrySnapshot, viewOf } from '../registry';
import { inTime, verifyHeads } from '../repeat';
import { budgetOf } from '../rewards';
import { MAX_SHARDS, SHARD_DEVICES } from '../run';
import { addCounts } from '../totals';
import type { AnyManifest, DeviceState, Manifest, PartReference, Totals, VerifySignature } from '../types';
import {
  followHeads,
  partsOfShard,
  type ReducedDevice,
  reductionLine,
  shardEntry,
  unverifiedOf,
} from './combine';
import { Devices } from './devices';
import { judge } from './judge';
import { ledgerRoot } from './ledger';
import { type ListedLogs, runsInLogs } from './logs';
import { contextOf, horizonAfter, type Plan, relativesOf } from './plan';
import { type Reduction, WHOLE } from './reduce';
import { judgedShards, runsOfReports } from './runs';
import { shardCount, shardRange, sharedBytes } from './shards';
import { DeviceStates } from './states';
import { SHARD_GROUPS, write } from './write';

/** What verifying a shard reads. */
export interface ShardInput {
  readonly manifest: Manifest;
  readonly part: PartSource;
  /** The manifest before, null for the first epoch, and its parts. */
  readonly before: AnyManifest | null;
  readonly partBefore: PartSource;
  readonly shard: number;
  /** Where its reports are taken from; if absent, they are those that the dataset has. */
  readonly logs?: ListedLogs;
  readonly verify?: VerifySignature;
}

/** The parts that verifying a shard needs of its epoch's dataset, all but those that it only compares. */
export const partsToVerify = (
  manifest: Manifest,
  shard: number,
  from: 'reports' | 'logs' = 'reports',
): readonly PartReference[] => [
  ...manifest.parts.registry,
  ...manifest.parts.reduction,
  ...(from === 'reports' ? partsOfShard(manifest, shard).reports : []),
];

/** The parts that it needs of the dataset before: what its devices earned and had, and what they inherit. */
export function partsBefore(
  manifest: Manifest,
  before: AnyManifest | null,
  shard: number,
  part: PartSource,
): readonly PartReference[] {
  if (!before) return [];
  const reduction = readReduction(manifest, part);
  const range = rangeOf(manifest, shard);
  const { first, end } = range;
  const heirs = [...reduction.heirs].flatMap(([index, from]) =>
    index >= first && index < end ? [from] : [],
  );
  const left = [...heirs, ...rivalsOf(manifest, part, range, reduction).flat()];
  const shardThere = (index: number): number => shardOf(index, before.shard_bits);
  const shards = new Set(left.map(shardThere));
  // Shards may have been smaller in the dataset before.
  const last = Math.min(shardThere(end - 1), before.shards.length - 1);
  for (let number = shardThere(first); number <= last; number++) shards.add(number);
  return [...shards].flatMap((number) => {
    const { rewards, state } = partsOfShard(before, number);
    return [...rewards, ...state];
  });
}

/**
 * Judges and writes a shard again and compares it with what the manifest says of it: its parts, its sums and its node of
 * the ledger; with logs also its counts of what failed a check. What the shards decided together, and the registry, are
 * taken as the manifest names them.
 * @returns the first difference in words, null if there is none
 * @throws DomainError `bad-dataset` if the published files don't allow it; what reading throws
 */
export function verifyShard(input: ShardInput): string | null {
  const { manifest, part, before, shard, logs, verify } = input;
  const range = rangeOf(manifest, shard);
  const previous = { heads: before?.heads ?? [], horizon: before?.horizon ?? 0 };
  if (manifest.epoch !== (before?.epoch ?? 0) + 1)
    throw new DomainError('bad-epoch', `epoch ${manifest.epoch} does not follow ${before?.epoch ?? 0}`);
  const network = fromBase58(manifest.network);
  verifyHeads(manifest, network, previous.heads);
  const reduction = readReduction(manifest, part);
  const plan = planOfShard(input, range, reduction);
  if (plan.nextHorizon !== manifest.horizon)
    return `horizon: says ${manifest.horizon}, should say ${plan.nextHorizon}`;
  const heads = followHeads(network, previous.heads, manifest.logs);
  if (JSON.stringify(heads) !== JSON.stringify(manifest.heads))
    return 'heads: they are not the last ones of its logs and of the dataset before';
  const published = partsOfShard(manifest, shard);
  const reports = () => inTime(map(linesOf(published.reports, part), readReportLine), manifest, previous);
  const runs = logs
    ? runsInLogs(manifest, previous.heads, shard, logs)
    : runsOfReports(reports(), judgedShards(plan))[shard]!;
  const context = contextOf(plan, verify);
  const judged = judge(context, runs);
  const writing = write(context, shard, runs, judged, reduction);
  let step = writing.next();
  while (!step.done) step = writing.next();
  const written = step.value;
  for (const group of SHARD_GROUPS) {
    const place = written.references[group].findIndex(
      (reference, i) => JSON.stringify(reference) !== JSON.stringify(published[group][i]),
    );
    if (place >= 0 || written.references[group].length !== published[group].length)
      return `parts.${group}: part ${Math.max(0, place) + 1} of the shard is not the one that its ${logs ? 'logs' : 'reports'} give`;
  }
  const said = manifest.shards[shard]!;
  const is = shardEntry(written, logs ? unverifiedOf({}, [judged])[0]! : said.unverified);
  for (const [field, value] of Object.entries(is)) {
    const other = JSON.stringify((said as unknown as Record<string, unknown>)[field]);
    if (JSON.stringify(value) !== other)
      return `shards.${shard}.${field}: says ${other}, should say ${JSON.stringify(value)}`;
  }
  return null;
}

/**
 * Checks that what a manifest says of its shards adds up to its totals and leads to its ledger.
 * @returns the first contradiction in words, null if there is none
 */
export function verifySums(manifest: Manifest): string | null {
  const { shards, totals, parts, cut, shard_bits } = manifest;
  const count = shardCount(cut.device_count, shard_bits);
  if (shards.length !== count) return `shards: there are ${shards.length}, should be ${count}`;
  for (const group of SHARD_GROUPS) {
    const named = shards.reduce((sum, entry) => sum + entry.parts[group], 0);
    if (named !== parts[group].length)
      return `parts.${group}: there are ${parts[group].length}, its shards have ${named}`;
  }
  for (const field of ['accepted', 'zeroed', 'rejected', 'duplicate'] as const) {
    const sum = shards.reduce((all, entry) => all + entry[field], 0);
    if (sum !== totals[field]) return `totals.${field}: says ${totals[field]}, its shards add up to ${sum}`;
  }
  const amounts = [
    ['allocated', totals.allocated],
    ['repaid', totals.repaid],
    ['released', totals.released],
    ['held', totals.held],
    ['earned', totals.earned_total],
  ] as const;
  for (const [field, said] of amounts) {
    const sum = shards.reduce((all, entry) => all + BigInt(entry[field]), 0n);
    if (`${sum}` !== said) return `totals: ${field} says ${said}, its shards add up to ${sum}`;
  }
  for (const [field, is] of Object.entries(derivedTotals(manifest))) {
    const said = JSON.stringify((totals as unknown as Record<string, unknown>)[field]);
    if (JSON.stringify(is) !== said) return `totals.${field}: says ${said}, should say ${JSON.stringify(is)}`;
  }
  if (count < 2) {
    const node = shards[0]?.ledger_node.slice(16) ?? manifest.ledger_root;
    return node === manifest.ledger_root ? null : 'ledger_root: is not the node of the only shard';
  }
  const { root } = ledgerRoot(
    shards.map(({ ledger_node }) => fromHex(ledger_node)),
    shard_bits,
    new Uint8Array(),
  );
  return toHex(root) === manifest.ledger_root
    ? null
    : 'ledger_root: the nodes of the shards do not lead to it';
}

/** The totals that follow from what the manifest says of its policy, limits, logs and shards. */
function derivedTotals({
  policy,
  limits,
  logs,
  shards,
  unverified,
  totals,
}: Manifest): Pick<Totals, 'budget' | 'unallocated' | 'refused_by_code' | 'rejected_by_code'> {
  const budget = budgetOf(policy, limits, BigInt(totals.released)).epoch;
  return {
    budget: `${budget}`,
    unallocated: `${budget - BigInt(totals.allocated)}`,
    refused_by_code: addCounts(unverified, ...logs.map(({ refused }) => refused)),
    rejected_by_code: addCounts(...shards.map((entry) => entry.rejected_by_code)),
  };
}

/** @throws DomainError `bad-dataset` if there is no such shard */
function rangeOf({ cut, shard_bits, shards }: Manifest, shard: number): { first: number; end: number } {
  const count = shardCount(cut.device_count, shard_bits);
  if (cut.device_count > MAX_SHARDS * SHARD_DEVICES)
    throw new DomainError('bad-dataset', `cut.device_count: ${cut.device_count} is more than a registry has`);
  if (shard >= count || shards.length !== count)
    throw new DomainError('bad-dataset', `shards: ${cut.device_count} devices have ${count}, from 0`);
  return shardRange(shard, cut.device_count, shard_bits);
}

function planOfShard(
  { manifest, part, before, partBefore }: ShardInput,
  range: { first: number; end: number },
  reduction: Reduction,
): Plan {
  const { epoch, policy, limits, cut, shard_bits: bits } = manifest;
  const horizon = before?.horizon ?? 0;
  const nextHorizon = horizonAfter({ horizon }, policy, manifest.logs);
  const deviceCount = cut.device_count;
  const earned = new BigUint64Array(sharedBytes(8 * deviceCount).buffer);
  const read = before ? partsBefore(manifest, before, shardOf(range.first, bits), part) : [];
  const wanted = new Set(read.map(({ sha256 }) => sha256));
  const named = (references: readonly PartReference[]) =>
    references.filter(({ sha256 }) => wanted.has(sha256));
  for (const line of linesOf(named(before?.parts.rewards ?? []), partBefore)) {
    const reward = readRewardLine(line);
    if (reward.index < deviceCount) earned[reward.index] = reward.earned;
  }
  const known: DeviceState[] = [];
  for (const line of linesOf(named(before?.parts.state ?? []), partBefore)) known.push(readStateLine(line));
  const states = DeviceStates.from(
    known.sort((a, b) => a.index - b.index),
    before?.shard_bits ?? bits,
  );
  const registry = registryOf(manifest, part, range);
  const rivals = rivalsOf(manifest, part, range, reduction);
  const network = fromBase58(manifest.network);
  const view = viewOf(registry);
  return {
    network,
    epoch,
    policy,
    limits,
    cutTime: cut.time,
    horizon,
    nextHorizon,
    quota: quotaBetween(policy, horizon, nextHorizon),
    seconds: secondsBetween(horizon, nextHorizon),
    bits,
    deviceCount,
    registry,
    survey: { flags: sharedBytes(deviceCount), rivals: [] },
    earned,
    states: { bits: states.bits, shards: states.shards },
    relatives: relativesOf({ rivals }, view, states),
    attested: attestedAt(policy.attestation, { network, cutTime: cut.time }, (index) =>
      index >= range.first && index < range.end ? view.device(index) : undefined,
    ),
  };
}

const shardOf = (index: number, bits: number): number => Math.floor(index / 2 ** bits);

/** How the line of a registration begins. */
const REGISTERED = '{"change":"registered","index":';

/** The shard's devices and all changes of owner. Lines of other devices are passed over without being read. */
function registryOf(
  { parts, cut, epoch }: Manifest,
  part: PartSource,
  { first, end }: { first: number; end: number },
): RegistrySnapshot {
  const devices = new Devices();
  const changes: OwnerEntry[] = [];
  let found = 0;
  for (const line of linesOf(parts.registry, part)) {
    if (line.startsWith(REGISTERED)) {
      const index = indexOf(line);
      if (index < first || index >= end) continue;
    }
    const entry = readRegistryLine(line);
    if (entry.kind !== 'registered') changes.push(entry);
    else {
      devices.put(entry.devices[0]!);
      found += 1;
    }
  }
  if (found !== end - first)
    throw new DomainError(
      'bad-dataset',
      `parts.registry: it lists ${found} of ${end - first} devices of the shard`,
    );
  const { device_count: deviceCount, registry_hash: hash } = cut;
  return partialSnapshot(devices.shared(end), changes, { deviceCount, epoch, hash: fromHex(hash) });
}

/**
 * The indices of each key that a device of the shard has and that is active under another index, or takes over from one: what
 * is remembered of retired ones counts when their reports are judged.
 */
function rivalsOf(
  { parts }: Manifest,
  part: PartSource,
  { first, end }: { first: number; end: number },
  { inactive, heirs }: Reduction,
): number[][] {
  const special = new Set([...inactive, ...heirs.keys()].filter((index) => index >= first && index < end));
  if (special.size === 0) return [];
  const rivals = new Map<string, number[]>();
  for (const { index, key } of registeredKeys(parts.registry, part))
    if (special.has(index)) rivals.set(key, []);
  for (const { index, key } of registeredKeys(parts.registry, part)) rivals.get(key)?.push(index);
  return [...rivals.values()];
}

/** The index and the key, with its type, of each registration, as its line has them. */
function* registeredKeys(
  references: readonly PartReference[],
  part: PartSource,
): Generator<{ index: number; key: string }> {
  for (const line of linesOf(references, part))
    if (line.startsWith(REGISTERED)) {
      const key = line.slice(line.indexOf(',', REGISTERED.length), line.indexOf(',"owner":'));
      yield { index: indexOf(line), key };
    }
}

/** The device of a registration's line. */
const indexOf = (line: string): number =>
  Number.parseInt(line.slice(REGISTERED.length, REGISTERED.length + 10), 10);

/** @throws DomainError `bad-line` */
function readReduction({ parts, shards }: Manifest, part: PartSource): Reduction {
  const inactive = new Set<number>();
  const weights = new Map<number, number>();
  const heirs = new Map<number, number>();
  const copies = new Map<number, number>();
  const months = new Map<number, bigint>();
  const released = new Map<number, bigint>();
  for (const line of linesOf(parts.reduction, part)) {
    const { index, active, weight, heir_of, copy_of, month, released: amount } = parseReduced(line);
    if (!active) inactive.add(index);
    if (weight !== WHOLE) weights.set(index, weight);
    if (heir_of !== null) heirs.set(index, heir_of);
    if (copy_of !== null) copies.set(index, copy_of);
    if (month !== null) months.set(index, month);
    if (amount > 0n) released.set(index, amount);
  }
  const scores = new Map<number, bigint>();
  for (const { id, name } of kinds) {
    const sum = shards.reduce((all, entry) => all + BigInt(entry.scores[name] ?? 0), 0n);
    if (sum > 0n) scores.set(id, sum);
  }
  return { scores, inactive, weights, heirs, copies, months, released };
}

function parseReduced(line: string): ReducedDevice {
  const bad = new DomainError('bad-line', `not in canonical form: ${line.slice(0, 200)}`);
  let raw: Omit<ReducedDevice, 'released' | 'copy_of' | 'month'> & {
    copy_of?: number;
    readonly month?: unknown;
    readonly released?: unknown;
  };
  try {
    raw = JSON.parse(line) as typeof raw;
  } catch {
    throw bad;
  }
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const valid =
    typeof raw === 'object' &&
    raw !== null &&
    whole(raw.index) &&
    typeof raw.active === 'boolean' &&
    whole(raw.weight) &&
    raw.weight <= WHOLE &&
    (raw.heir_of === null || whole(raw.heir_of)) &&
    (raw.copy_of === undefined || whole(raw.copy_of)) &&
    (raw.month === undefined || /^(0|[1-9][0-9]{0,19})$/.test(String(raw.month))) &&
    (raw.released === undefined || /^[1-9][0-9]{0,19}$/.test(String(raw.released)));
  if (!valid) throw bad;
  const reduced = {
    ...raw,
    copy_of: raw.copy_of ?? null,
    month: raw.month === undefined ? null : BigInt(String(raw.month)),
    released: BigInt(String(raw.released ?? 0)),
  };
  if (reductionLine(reduced) !== line) throw bad;
  return reduced;
}

function* map<A, B>(items: Iterable<A>, change: (item: A) => B): Generator<B> {
  for (const item of items) yield change(item);
}
