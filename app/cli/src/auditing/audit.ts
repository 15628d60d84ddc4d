import {
  type AnyManifest,
  type Difference,
  DomainError,
  describeDifference,
  findDifference,
  genesis,
  type Manifest,
  type PartSource,
  type PreviousState,
  parseAnyManifest,
  parseManifest,
  partsOfState,
  previousState,
  type Repeated,
  registryDifference,
  repeatDataset,
  type VerifyDatasetInput,
} from '@commonwire/oracle/domain';
import { count, toHex } from '@commonwire/sdk/core';
import { CliError } from '../errors';
import { short } from '../format';
import { type Check, fails, holds } from '../verification/check';
import { bookCheck, type ReadMarkets } from './book';
import { chainChecks } from './chain-checks';
import { type Download, downloadParts } from './download';
import type { Progress } from './progress';
import { type AuditedNetwork, checkManifest, findSubject, type Subject } from './subject';
import { type Verifier, verifyHere } from './verifier';

/** The inputs of an audit. It needs no key and trusts nothing but the chain. */
export interface AuditRequest {
  readonly network: AuditedNetwork;
  readonly epoch: number;
  readonly download: Download;
  readonly progress: Progress;
  /** Reads the accounts of markets from the chain. */
  readonly markets: ReadMarkets;
  /** Begins to verify so many signatures, on another thread where that is worth it. */
  readonly startVerifier: (total: number) => Verifier;
}

/** The result of an audit. */
export interface Audit {
  readonly epoch: number;
  /** Given if only this shard was audited. */
  readonly shard?: number;
  readonly checks: readonly Check[];
  /** The recomputed epoch; null if it can't be recomputed from its dataset. */
  readonly repeated: Repeated | null;
  /** The state that the epoch was closed from; null if `repeated` is. */
  readonly previous: PreviousState | null;
  readonly difference: Difference | null;
}

/**
 * Audits a posted epoch: compares its dataset's hash with the chain, then recomputes the dataset from its reports,
 * registry, policy and the previous dataset. The previous epoch is taken as its oracles signed it.
 * @throws CliError OracleRequestError if there is nothing to audit or a file can't be downloaded
 */
export async function audit(request: AuditRequest): Promise<Audit> {
  const { network, epoch, download } = request;
  const subject = await findSubject(network, epoch, download);
  const nothing = { epoch, repeated: null, previous: null, difference: null };
  if ('holds' in subject) return { ...nothing, checks: [subject] };
  const { datasetHash, anchor } = subject;
  const served = await download({ what: 'manifest', epoch, sha256: datasetHash, anchor });
  const checks = [checkManifest(subject, served.sha256)];
  let registry: RegistryGrowth | undefined;
  try {
    const manifest = parseManifest(served.content);
    if (manifest.epoch !== epoch) {
      checks.push(fails('dataset', `the manifest is for epoch ${manifest.epoch}, not ${epoch}`));
      return { ...nothing, checks };
    }
    checks.push(holds('rules', `closed by version ${manifest.rules_version}, which this software has`));
    const previous = await readPrevious(network, manifest, download);
    checks.push(...previous.checks);
    const earned = previous.state.earned.reduce((sum, amount) => sum + amount, 0n);
    checks.push(...chainChecks(network, subject, manifest, earned));
    const parts = await downloadParts(download, epoch, Object.values(manifest.parts).flat());
    registry = { epoch, published: manifest, part: parts, before: previous.manifest };
    const input = { manifestBytes: served.content, part: parts, previous: previous.state };
    const repeated = await repeat(input, manifest, request);
    const book = await bookCheck(request, { manifest, part: parts, previous: previous.state, repeated });
    checks.push(...book.checks);
    const difference = findDifference(repeated, input);
    checks.push(recomputed(subject, repeated, difference));
    return { epoch, checks, repeated, previous: previous.state, difference: difference ?? book.difference };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // If a check failed, the manifest may be altered and its version wrong: report that check instead.
    if (error.code === 'unsupported-rules-version' && checks.every(({ holds }) => holds))
      throw new CliError(error.code, error.message, { cause: error });
    const difference = registry ? await findInRegistry(registry, download) : null;
    const first = difference ? `${describeDifference(difference)}; so ` : '';
    checks.push(fails('recomputed', first + error.message));
    return { ...nothing, checks, difference };
  }
}

interface RegistryGrowth {
  readonly epoch: number;
  readonly published: Manifest;
  readonly part: PartSource;
  /** The previous epoch's manifest; null for the first epoch. */
  readonly before: AnyManifest | null;
}

/** Finds the first registry line that differs from the previous epoch's registry. */
async function findInRegistry(
  { epoch, published, part, before }: RegistryGrowth,
  download: Download,
): Promise<Difference | null> {
  if (!before) return null;
  const references = before.parts.registry;
  const earlier = await downloadParts(download, epoch - 1, references);
  return registryDifference({ references: published.parts.registry, part }, { references, part: earlier });
}

/** The manifest that an epoch's names as the previous one, and whether it is the right one. */
export interface Before {
  /** Null for the first epoch. */
  readonly manifest: AnyManifest | null;
  readonly content: Uint8Array | null;
  readonly check: Check;
}

/** Reads the manifest of the epoch before. @throws DomainError if another file is served, or it can't be read */
export async function previousManifest(
  { pending, current }: AuditedNetwork,
  { epoch, previous: said }: Manifest,
  download: Download,
): Promise<Before> {
  // A pending epoch follows the current one, whatever its manifest says; others name the previous epoch.
  const onChain = current.epoch === 0n ? null : toHex(current.datasetHash);
  const named = pending?.epoch === BigInt(epoch) ? onChain : said;
  if (named === null) {
    const check =
      said === null && epoch === 1
        ? holds('previous', 'this is the first epoch')
        : fails('previous', `hash chain: epoch ${epoch} names ${said ?? 'no dataset'} as the previous one`);
    return { manifest: null, content: null, check };
  }
  const { content, sha256 } = await download({
    what: 'manifest',
    epoch: epoch - 1,
    sha256: named,
    anchor:
      named === said ? `named as the previous one by the manifest of epoch ${epoch}` : 'on chain, current',
  });
  if (sha256 !== named) {
    const what = `the file served as the manifest of epoch ${epoch - 1}, ${named}, has SHA-256 ${sha256}`;
    throw new DomainError('bad-dataset', `hash chain: ${what}`);
  }
  const check =
    named === said
      ? holds('previous', `it starts from epoch ${epoch - 1}, dataset ${named.slice(0, 16)}…`)
      : fails('previous', `hash chain: previous is ${said}, but on chain it is ${named}`);
  return { manifest: parseAnyManifest(content), content, check };
}

/** Reads the state that an epoch starts from, and checks the previous epoch against it. */
async function readPrevious(
  network: AuditedNetwork,
  manifest: Manifest,
  download: Download,
): Promise<{ manifest: AnyManifest | null; state: PreviousState; checks: Check[] }> {
  const before = await previousManifest(network, manifest, download);
  if (!before.manifest || !before.content) return { manifest: null, state: genesis, checks: [before.check] };
  const parts = await downloadParts(download, manifest.epoch - 1, partsOfState(before.manifest));
  return {
    manifest: before.manifest,
    state: previousState(before.content, parts),
    checks: [before.check, ...comparedPolicies(manifest, before.manifest)],
  };
}

/** Tells which thresholds changed since the previous epoch, if there is one. */
export const comparedPolicies = ({ policy }: Manifest, before: AnyManifest | null): Check[] =>
  before ? [holds('policy', comparePolicies(policy, before.policy as object))] : [];

/** Describes policy changes. They are allowed between epochs, but device owners should know of them. */
function comparePolicies(now: object, before: object): string {
  const json = (policy: object, name: string) =>
    JSON.stringify((policy as Record<string, unknown>)[name]) ?? 'missing';
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  const changed = [...names].filter((name) => json(now, name) !== json(before, name));
  if (changed.length === 0) return 'same as in the previous epoch';
  const each = changed.map((name) => `${name} is ${json(now, name)}, was ${json(before, name)}`);
  return `CHANGED since the previous epoch: ${each.join('; ')}`;
}

/** Recomputes the epoch. If a signature is invalid, recomputes it again and checks them one by one. */
async function repeat(
  input: VerifyDatasetInput,
  { parts }: Manifest,
  { progress, startVerifier }: AuditRequest,
): Promise<Repeated> {
  const total = parts.reports.reduce((sum, { lines }) => sum + lines, 0);
  const verifier = startVerifier(total);
  let repeated: Repeated | undefined;
  try {
    repeated = repeatDataset({ ...input, verify: verifier.verify });
  } finally {
    if (!(await verifier.allValid())) repeated = undefined;
  }
  return repeated ?? repeatDataset({ ...input, verify: verifyHere(total, progress).verify });
}

function recomputed(subject: Subject, { result }: Repeated, difference: Difference | null): Check {
  if (!difference) {
    const what = `${count(result.verdicts.length, 'report')} of ${count(result.deviceCount, 'device')}`;
    return holds(
      'recomputed',
      `recomputing ${what} gives the same bytes and the root ${short(result.ledgerRoot)}`,
    );
  }
  const honest = result.datasetHash === subject.datasetHash;
  const where = honest
    ? '. The recomputed dataset has the hash that oracles signed: only the served files were altered'
    : '';
  return fails('recomputed', describeDifference(difference) + where);
}
