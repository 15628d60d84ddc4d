import {
  type AnyManifest,
  DomainError,
  type Manifest,
  parseManifest,
  partsBefore,
  partsToVerify,
  verifyShard,
  verifySums,
} from '@commonwire/oracle/domain';
import { count } from '@commonwire/sdk/core';
import type { OracleClient } from '@commonwire/sdk/oracle';
import { CliError } from '../errors';
import { type Check, fails, holds } from '../verification/check';
import { type Audit, type AuditRequest, comparedPolicies, previousManifest } from './audit';
import { chainChecks } from './chain-checks';
import { downloadParts } from './download';
import { downloadLogs } from './logs';
import { startVerifier } from './signatures';
import { checkManifest, findSubject } from './subject';
import { verifyHere } from './verifier';

/** What to audit of which shard. */
export interface ShardRequest extends AuditRequest {
  readonly shard: number;
  /** Serves the logs from which the shard is recomputed; if absent, its reports are those that the dataset has. */
  readonly oracle?: OracleClient | undefined;
}

/**
 * Audits one shard of a posted epoch: recomputes its reports' verdicts, rewards, state and node of the ledger, and checks
 * that the sums of all shards add up to what is on chain. The registry and what the shards decided together are taken as
 * the manifest names them, and the previous epoch as its oracles signed it.
 * @throws CliError OracleRequestError if there is nothing to audit or a file can't be downloaded
 */
export async function auditShard(request: ShardRequest): Promise<Audit> {
  const { network, epoch, download, shard } = request;
  const nothing = { epoch, shard, repeated: null, previous: null, difference: null };
  const subject = await findSubject(network, epoch, download);
  if ('holds' in subject) return { ...nothing, checks: [subject] };
  const { datasetHash, anchor } = subject;
  const served = await download({ what: 'manifest', epoch, sha256: datasetHash, anchor });
  const checks = [checkManifest(subject, served.sha256)];
  try {
    const manifest = parseManifest(served.content);
    if (manifest.epoch !== epoch) {
      checks.push(fails('dataset', `the manifest is for epoch ${manifest.epoch}, not ${epoch}`));
      return { ...nothing, checks };
    }
    checks.push(holds('rules', `closed by version ${manifest.rules_version}, which this software has`));
    const before = await previousManifest(network, manifest, download);
    checks.push(before.check, ...comparedPolicies(manifest, before.manifest));
    const earned = BigInt(before.manifest?.totals.earned_total ?? 0);
    checks.push(...chainChecks(network, subject, manifest, earned));
    const wrong = verifySums(manifest);
    checks.push(
      wrong
        ? fails('sums', wrong)
        : holds(
            'sums',
            `the sums of ${count(manifest.shards.length, 'shard')} add up to the totals and lead to the ledger`,
          ),
    );
    checks.push(...(await recomputed(request, manifest, before.manifest)));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'unsupported-rules-version' && checks.every((check) => check.holds))
      throw new CliError(error.code, error.message, { cause: error });
    checks.push(fails(error.code === 'bad-log' ? 'logs' : 'shard', error.message));
  }
  return { ...nothing, checks };
}

async function recomputed(
  { epoch, download, progress, shard, oracle }: ShardRequest,
  manifest: Manifest,
  before: AnyManifest | null,
): Promise<Check[]> {
  const from = oracle ? 'logs' : 'reports';
  const part = await downloadParts(download, epoch, partsToVerify(manifest, shard, from));
  const logs = oracle && (await downloadLogs(oracle, manifest, shard, download));
  const partBefore = await downloadParts(download, epoch - 1, partsBefore(manifest, before, shard, part));
  const input = { manifest, part, before, partBefore, shard, ...(logs && { logs }) };
  const entry = manifest.shards[shard]!;
  const reports = entry.accepted + entry.zeroed + entry.rejected;
  const verifier = startVerifier(reports, progress);
  let found: string | null | undefined;
  try {
    found = verifyShard({ ...input, verify: verifier.verify });
  } finally {
    if (!(await verifier.allValid())) found = undefined;
  }
  // A signature is invalid: which report it is of shows if they are checked one by one.
  if (found === undefined) found = verifyShard({ ...input, verify: verifyHere(reports, progress).verify });
  const signed =
    logs && holds('logs', `${count(logs.runs.length, 'log')}: the heads commit to what is served`);
  const same = `recomputing ${count(reports, 'report')} of shard ${shard} gives the same parts, sums and node`;
  return [...(signed ? [signed] : []), found ? fails('shard', found) : holds('shard', same)];
}
