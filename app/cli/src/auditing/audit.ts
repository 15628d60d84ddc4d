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
  previousState,
  type Repeated,
  registryDifference,
  repeatDataset,
  type VerifyDatasetInput,
} from '@commonwire/oracle/domain';
import { toHex } from '@commonwire/sdk/core';
import { CliError } from '../errors';
import { count, short } from '../format';
import { type Check, fails, holds } from '../verification/check';
import { chainChecks } from './chain-checks';
import { type Download, downloadParts } from './download';
import type { Progress } from './progress';
import { startVerifier, verifyHere } from './signatures';
import { type AuditedNetwork, checkManifest, findSubject, type Subject } from './subject';

/** What an audit needs: no key, and nobody's word but the chain's. */
export interface AuditRequest {
  readonly network: AuditedNetwork;
  readonly epoch: number;
  readonly download: Download;
  readonly progress: Progress;
}

/** What was found out about an epoch. */
export interface Audit {
  readonly epoch: number;
  readonly checks: readonly Check[];
  /** The epoch closed again; null where its dataset doesn't allow that. */
  readonly repeated: Repeated | null;
  /** What it was closed from; null with `repeated`. */
  readonly previous: PreviousState | null;
  readonly difference: Difference | null;
}

/**
 * Audits a posted epoch: its dataset's hash against the chain, then all that its dataset says against what its reports,
 * registry, policy and the dataset before lead to. The epoch before is taken as its oracles signed it.
 * @throws CliError OracleRequestError where there is nothing to audit, it can't be had, or was closed by other rules than
 * this software has
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
      checks.push(fails('dataset', `it is the manifest of epoch ${manifest.epoch}, not ${epoch}`));
      return { ...nothing, checks };
    }
    checks.push(holds('rules', `closed by version ${manifest.rules_version}, which this software has`));
    const previous = await readPrevious(network, manifest, download);
    checks.push(...previous.checks);
    checks.push(...chainChecks(network, subject, manifest, previous.state));
    const parts = await downloadParts(download, epoch, Object.values(manifest.parts).flat());
    registry = { epoch, published: manifest, part: parts, before: previous.manifest };
    const input = { manifestBytes: served.content, part: parts, previous: previous.state };
    const repeated = await repeat(input, manifest, request.progress);
    const difference = findDifference(repeated, input);
    checks.push(recomputed(subject, repeated, difference));
    return { epoch, checks, repeated, previous: previous.state, difference };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Unless it was altered on the way: then nothing is known of what its oracles signed.
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
  /** The epoch before; null before the first. */
  readonly before: AnyManifest | null;
}

/** The registry's line that the epoch before had otherwise. */
async function findInRegistry(
  { epoch, published, part, before }: RegistryGrowth,
  download: Download,
): Promise<Difference | null> {
  if (!before) return null;
  const references = before.parts.registry;
  const earlier = await downloadParts(download, epoch - 1, references);
  return registryDifference({ references: published.parts.registry, part }, { references, part: earlier });
}

/** The state that an epoch starts from, and what of the epoch before was looked at. */
async function readPrevious(
  { pending, current }: AuditedNetwork,
  { epoch, previous: said, policy }: Manifest,
  download: Download,
): Promise<{ manifest: AnyManifest | null; state: PreviousState; checks: Check[] }> {
  // Before the pending epoch is the current one, whatever a manifest says; before others what they name.
  const onChain = current.epoch === 0n ? null : toHex(current.datasetHash);
  const named = pending?.epoch === BigInt(epoch) ? onChain : said;
  if (named === null) {
    const check =
      said === null && epoch === 1
        ? holds('previous', 'it is the first epoch')
        : fails('previous', `hash chain: epoch ${epoch} names ${said ?? 'no dataset'} before it`);
    return { manifest: null, state: genesis, checks: [check] };
  }
  const { content, sha256 } = await download({
    what: 'manifest',
    epoch: epoch - 1,
    sha256: named,
    anchor:
      named === said ? `named as the one before by the manifest of epoch ${epoch}` : 'on chain, current',
  });
  if (sha256 !== named) {
    const what = `what is served as the manifest of epoch ${epoch - 1}, ${named}, has SHA-256 ${sha256}`;
    throw new DomainError('bad-dataset', `hash chain: ${what}`);
  }
  const manifest = parseAnyManifest(content);
  const { rewards, state } = manifest.parts;
  const parts = await downloadParts(download, epoch - 1, [...rewards, ...state]);
  const before =
    named === said
      ? holds('previous', `epoch ${epoch - 1}, ${named.slice(0, 16)}…, is where it starts from`)
      : fails('previous', `hash chain: previous is ${said}, on chain is ${named}`);
  return {
    manifest,
    state: previousState(content, parts),
    checks: [before, holds('policy', comparePolicies(policy, manifest.policy as object))],
  };
}

/** A policy may change from one epoch to the next, and who was paid by it should know. */
function comparePolicies(now: object, before: object): string {
  const json = (policy: object, name: string) =>
    JSON.stringify((policy as Record<string, unknown>)[name]) ?? 'missing';
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  const changed = [...names].filter((name) => json(now, name) !== json(before, name));
  if (changed.length === 0) return 'the same as in the epoch before';
  const each = changed.map((name) => `${name} is ${json(now, name)}, was ${json(before, name)}`);
  return `CHANGED since the epoch before: ${each.join('; ')}`;
}

/** Closes the epoch again; a second time, signature by signature, if not all of them are valid. */
async function repeat(input: VerifyDatasetInput, { parts }: Manifest, progress: Progress): Promise<Repeated> {
  const total = parts.reports.reduce((sum, { lines }) => sum + lines, 0);
  const verifier = startVerifier(total, progress);
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
      `${what}, judged and split again, lead to the same bytes and to the root ${short(result.ledgerRoot)}`,
    );
  }
  const honest = result.datasetHash === subject.datasetHash;
  const where = honest
    ? '. What was recomputed has the hash that oracles signed: only what is served is altered'
    : '';
  return fails('recomputed', describeDifference(difference) + where);
}
