import { equal, toHex } from '@commonwire/sdk/core';
import { type EpochMessage, encodeEpochMessage } from '@commonwire/sdk/network';
import type { AttestationRefusal } from '@commonwire/sdk/oracle';
import {
  DomainError,
  type EpochOutcome,
  type Manifest,
  parseManifest,
  type SealedLog,
} from '../domain/index';
import { fetchBlob } from '../epoch/dataset';
import { ATTEMPT_WINDOW, factsOf } from '../epoch/facts';
import { peerSignatures } from '../epoch/observed';
import { closeEpoch } from '../epoch/shards/close-epoch';
import { type CheckedSignature, signedAt, signOnce } from '../epoch/signing';
import { gatherLogs } from '../log/copies';
import { listedLogs } from '../log/listed-logs';
import { readPages } from '../log/pages';
import { Refused, reasonOf } from '../runtime/errors';
import { leaderOf, type Oracle } from '../runtime/oracle';
import { numberKey } from '../storage/store';
import { type Closable, closable, closeInputOf, messageOf, readMarkets } from './close';

/**
 * The attester's task: recomputes the leaders' proposals for the epoch from the logs and signs one only if every byte
 * is the same. A refusal is stored with its reason and is final for that attempt. A proposal that can't be decided yet
 * is retried and doesn't hold up those of other leaders.
 */
export async function attest(oracle: Oracle): Promise<void> {
  const due = await closable(oracle);
  if (!due) return;
  const { keys } = due.network.committee;
  if (!keys.includes(oracle.address)) return;
  // Copy the peers' logs before reading any proposal: leaders are held to these copies.
  const { logs } = await gatherLogs(oracle, due.epoch, keys, due.previous);
  const failures: unknown[] = [];
  for (const proposal of await proposals(oracle, due))
    await consider(oracle, due, proposal, logs).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Returns this oracle's refusals of proposals for an epoch. */
export const refusalsOf = (oracle: Oracle, epoch: number): Promise<AttestationRefusal[]> =>
  factsOf(oracle.store, epoch).list('refused:');

/** Returns each leader's latest undecided proposal, so that a leader with many proposals can't hold up the others. */
async function proposals(oracle: Oracle, { epoch, network }: Closable): Promise<CheckedSignature[]> {
  const { attempt: least, committee } = network;
  const signed = (await peerSignatures(oracle, network, epoch)).filter(
    ({ oracle: leader, message: { attempt, committeeVersion } }) =>
      committeeVersion === committee.version &&
      leader === leaderOf(committee.keys, epoch, attempt) &&
      attempt >= least &&
      attempt <= least + ATTEMPT_WINDOW,
  );
  const open = new Map<string, CheckedSignature>();
  for (const one of signed.sort((a, b) => b.message.attempt - a.message.attempt))
    if (!open.has(one.oracle) && !(await isDecided(oracle, epoch, one.message))) open.set(one.oracle, one);
  return [...open.values()];
}

type Try = Pick<EpochMessage, 'attempt' | 'committeeVersion'>;

const refusal = ({ attempt, committeeVersion }: Try): string =>
  `refused:${numberKey(attempt)}:${numberKey(committeeVersion)}`;

async function isDecided({ store }: Oracle, epoch: number, one: Try): Promise<boolean> {
  if (await signedAt(store, epoch, one)) return true;
  return (await factsOf(store, epoch).read(refusal(one))) !== undefined;
}

/** Characters of the reason of a refusal: peers read all of an epoch's at once, and a proposal may have words of its own. */
const MOST_REASON = 500;

async function consider(
  oracle: Oracle,
  due: Closable,
  proposal: CheckedSignature,
  copies: readonly SealedLog[],
): Promise<void> {
  try {
    await signIfSame(oracle, due, proposal, copies);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { attempt, datasetHash } = proposal.message;
    const { code } = error;
    const message = error.message.slice(0, MOST_REASON);
    const facts = factsOf(oracle.store, due.epoch);
    await facts.decide(refusal(proposal.message), {
      attempt,
      code,
      message,
      dataset_hash: toHex(datasetHash),
    });
    oracle.events.emit('declined', { epoch: due.epoch, attempt, code, message });
  }
}

/**
 * Closes the epoch with the logs that a published manifest lists, keeps the parts that the manifest names as they are
 * computed, and compares the outcome.
 * @param copies the logs that this oracle has @param leader the oracle to ask first for missing logs
 * @throws Refused if the outcome differs; OracleError `not-ready`, `log-not-found` if that can't be decided yet
 */
export async function recompute(
  oracle: Oracle,
  due: Closable,
  datasetHash: string,
  { copies, leader }: { copies: readonly SealedLog[]; leader?: string },
): Promise<EpochOutcome> {
  const manifestBytes = await fetchBlob(oracle, due.epoch, datasetHash, leader);
  const manifest = readManifest(manifestBytes);
  const logs = await listedLogs({ oracle, due, heads: manifest.logs, copies, leader });
  const result = await closeListed(oracle, due, logs, manifest);
  if (!equal(result.manifestBytes, manifestBytes)) throw differs(result, manifest);
  return result;
}

async function signIfSame(
  oracle: Oracle,
  due: Closable,
  { message, bytes, oracle: leader }: CheckedSignature,
  copies: readonly SealedLog[],
): Promise<void> {
  const { epoch } = due;
  checkFacts(oracle, due, message);
  const result = await recompute(oracle, due, toHex(message.datasetHash), { copies, leader });
  if (!equal(encodeEpochMessage(messageOf(oracle, due, result, message.attempt)), bytes))
    throw differs(result, {
      ledger_root: toHex(message.ledgerRoot),
      usage_root: toHex(message.usageRoot),
    });
  await oracle.blobs.put(result.manifestBytes);
  oracle.promoted.next = result.next;
  await signOnce(oracle.store, oracle.signer, message);
  const ledgerRoot = toHex(result.ledgerRoot);
  oracle.events.emit('signed', { epoch, attempt: message.attempt, leader: false, ledgerRoot });
}

/** @param said what was proposed */
function differs(
  { datasetHash, ledgerRoot, usageRoot }: EpochOutcome,
  said: Pick<Manifest, 'ledger_root' | 'usage_root'>,
): Refused {
  const used =
    toHex(usageRoot) === said.usage_root
      ? ''
      : `, and usage root ${toHex(usageRoot)} in place of ${said.usage_root}`;
  return new Refused(
    'recomputation-differs',
    `from the same logs this oracle computes dataset ${datasetHash} and root ${toHex(ledgerRoot)}${used}`,
  );
}

function checkFacts(
  { identity }: Oracle,
  { network, epoch }: Closable,
  message: CheckedSignature['message'],
): void {
  const cut = network.cutOf(epoch)!;
  const same =
    equal(message.program, identity.program) &&
    equal(message.network, identity.network) &&
    message.birth === identity.birth &&
    equal(message.genesisHash, identity.genesisHash) &&
    message.committeeVersion === network.committee.version &&
    message.deviceCount === cut.deviceCount &&
    equal(message.registryHash, cut.registryHash);
  if (!same) throw new Refused('wrong-facts', "the message does not match this network's committee and cut");
}

function readManifest(manifestBytes: Uint8Array): Manifest {
  try {
    return parseManifest(manifestBytes);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'unsupported-rules-version')
      throw new Refused(error.code, error.message);
    throw new Refused('bad-manifest', `the manifest can't be read: ${reasonOf(error)}`);
  }
}

/** Closes with the listed logs. @throws Refused if a log breaks the rules for logs, as it must not be listed then */
async function closeListed(
  oracle: Oracle,
  due: Closable,
  logs: readonly SealedLog[],
  { parts }: Manifest,
): Promise<EpochOutcome> {
  const markets = await readMarkets(oracle, due);
  const named = new Set(
    Object.values(parts).flatMap((group) => group.map(({ sha256 }: { sha256: string }) => sha256)),
  );
  try {
    return await closeEpoch(closeInputOf(oracle, due, logs, markets), {
      threads: oracle.shardThreads,
      pages: (log, run) => readPages(oracle, log, run),
      // Others that are computed show that the proposal is wrong: nobody will ask for them.
      keep: async (sha256, compressed) => {
        if (named.has(sha256)) await oracle.blobs.putCompressed(sha256, compressed);
      },
    });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'bad-log') throw new Refused('bad-log', error.message);
    throw error;
  }
}
