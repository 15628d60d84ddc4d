import { type AttestationRefusal, encodeEpochMessage, equal, toHex } from '@commonwire/sdk';
import { type Closable, closable, closeWith, messageOf, storeDataset } from './close';
import { fetchBlob } from './dataset';
import type { CloseResult, Log, LogHead, Manifest } from './domain';
import { EpochFacts } from './epochs';
import { OracleError, reasonOf } from './errors';
import { copiedAt, gatherLogs } from './log/copies';
import { leaderOf, type Oracle } from './oracle';
import { type CheckedSignature, signedAt, signOnce } from './signing';
import { numberKey } from './storage/store';
import { peerSignatures } from './witnesses';

/** Why an attester will not sign. Codes are only ever added. */
type RefusalCode =
  | 'wrong-facts'
  | 'bad-manifest'
  | 'own-log-missing'
  | 'own-log-altered'
  | 'peer-log-missing'
  | 'peer-log-altered'
  | 'recomputation-differs';

/** This oracle comes to something else than what was proposed or posted. */
export class Refused extends OracleError {
  constructor(code: RefusalCode, message: string) {
    super(code, message);
  }
}

/**
 * The attester's part: takes what leaders proposed for the epoch, recomputes it from the logs, and signs only if every
 * byte is the same. A refusal is stored with its reason and stands for that attempt.
 */
export async function attest(oracle: Oracle): Promise<void> {
  const due = await closable(oracle);
  if (!due) return;
  const { keys } = due.network.committee;
  if (!keys.includes(oracle.address)) return;
  // Copies of peers' logs are taken before any proposal is read: that is what a leader is held to.
  await gatherLogs(oracle, due.epoch, keys, due.previous);
  for (const proposal of await proposals(oracle, due)) await consider(oracle, due, proposal);
}

/** Why this oracle refused proposals for an epoch. */
export const refusalsOf = (oracle: Oracle, epoch: number): Promise<AttestationRefusal[]> =>
  new EpochFacts(oracle.store, epoch).list('refused:');

async function proposals(oracle: Oracle, { epoch, network }: Closable): Promise<CheckedSignature[]> {
  const signed = await peerSignatures(oracle, network, epoch);
  return signed.filter(
    ({ oracle: leader, message }) =>
      leader === leaderOf(network.committee.keys, epoch, message.attempt) &&
      message.attempt >= network.attempt,
  );
}

async function consider(oracle: Oracle, due: Closable, proposal: CheckedSignature): Promise<void> {
  const { attempt } = proposal.message;
  const facts = new EpochFacts(oracle.store, due.epoch);
  const name = `refused:${numberKey(attempt)}`;
  if (await signedAt(oracle.store, due.epoch, attempt)) return;
  if (await facts.read(name)) return;
  try {
    await signIfSame(oracle, due, proposal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, message } = error;
    await facts.decide(name, { attempt, code, message, dataset_hash: toHex(proposal.message.datasetHash) });
    oracle.events.emit('declined', { epoch: due.epoch, attempt, code, message });
  }
}

/**
 * What this oracle gets from the logs that a published manifest lists.
 * @param leader whom to ask for the manifest first
 * @throws Refused where it gets something else; OracleError `not-ready`, `log-not-found` while that can't be told
 */
export async function recompute(
  oracle: Oracle,
  due: Closable,
  datasetHash: string,
  leader?: string,
): Promise<CloseResult> {
  const manifestBytes = await fetchBlob(oracle, due.epoch, datasetHash, leader);
  const heads = manifestHeads(manifestBytes);
  const logs = await matchLogs(oracle, due, heads);
  const result = closeWith(oracle, due, logs);
  if (!equal(result.manifestBytes, manifestBytes)) throw differs(result);
  return result;
}

async function signIfSame(
  oracle: Oracle,
  due: Closable,
  { message, bytes, oracle: leader }: CheckedSignature,
): Promise<void> {
  const { epoch } = due;
  checkFacts(oracle, due, message);
  const result = await recompute(oracle, due, toHex(message.datasetHash), leader);
  if (!equal(encodeEpochMessage(messageOf(oracle, due, result, message.attempt)), bytes))
    throw differs(result);
  await storeDataset(oracle, result);
  await signOnce(oracle.store, oracle.signer, message);
  const ledgerRoot = toHex(result.ledgerRoot);
  oracle.events.emit('signed', { epoch, attempt: message.attempt, leader: false, ledgerRoot });
}

const differs = ({ datasetHash, ledgerRoot }: CloseResult): Refused =>
  new Refused(
    'recomputation-differs',
    `from the same logs this oracle gets dataset ${datasetHash} and root ${toHex(ledgerRoot)}`,
  );

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
    message.committeeVersion === network.committee.version &&
    message.deviceCount === cut.deviceCount &&
    equal(message.registryHash, cut.registryHash);
  if (!same) throw new Refused('wrong-facts', "the message is not about this network's committee and cut");
}

function manifestHeads(manifestBytes: Uint8Array): readonly LogHead[] {
  try {
    const { logs } = JSON.parse(Buffer.from(manifestBytes).toString('utf8')) as Manifest;
    if (logs.every((head) => typeof head.oracle === 'string' && Number.isSafeInteger(head.epoch)))
      return logs;
  } catch (error) {
    throw new Refused('bad-manifest', `the manifest can't be read: ${reasonOf(error)}`);
  }
  throw new Refused('bad-manifest', 'the manifest lists no logs');
}

/** The logs a manifest lists, from this oracle's store: its own, and copies it verified. */
async function matchLogs(oracle: Oracle, due: Closable, heads: readonly LogHead[]): Promise<Log[]> {
  const { logs } = await gatherLogs(oracle, due.epoch, due.network.committee.keys, due.previous);
  for (const log of logs) await checkListed(oracle, due, log, heads);
  return heads.map((head) => {
    const log = logs.find((one) => one.head.oracle === head.oracle && one.head.epoch === head.epoch);
    if (log) return log;
    throw new OracleError(
      'log-not-found',
      `the log of ${head.oracle} for epoch ${head.epoch} can't be fetched yet`,
    );
  });
}

async function checkListed(
  oracle: Oracle,
  due: Closable,
  { head }: Log,
  heads: readonly LogHead[],
): Promise<void> {
  const own = head.oracle === oracle.address;
  const listed = heads.find((one) => one.oracle === head.oracle && one.epoch === head.epoch);
  if (listed) {
    if (sameHead(listed, head)) return;
    throw new Refused(
      own ? 'own-log-altered' : 'peer-log-altered',
      `the log of ${head.oracle} for epoch ${head.epoch} is listed with another head`,
    );
  }
  if (own) {
    if (head.sealed_at > inTimeUntil(oracle, due, heads)) return;
    throw new Refused(
      'own-log-missing',
      `this oracle's log of epoch ${head.epoch} is not part of the dataset`,
    );
  }
  const copied = await copiedAt(oracle, head.oracle, head.epoch);
  // Only what was there well before the leader's time ran out can have been left out on purpose.
  if (copied !== undefined && copied < due.attempt.since + oracle.patience.headsMs / 2)
    throw new Refused(
      'peer-log-missing',
      `the log of ${head.oracle} for epoch ${head.epoch} was published in time and is not part of the dataset`,
    );
}

/** A log sealed later than this, because its oracle was down, goes to the next epoch. Milliseconds. */
function inTimeUntil({ patience }: Oracle, { network, epoch }: Closable, heads: readonly LogHead[]): number {
  const sealed = heads.filter((head) => head.epoch === epoch).map((head) => head.sealed_at);
  return Math.max(network.cutOf(epoch)!.time * 1000, ...sealed) + patience.headsMs / 2;
}

const sameHead = (a: LogHead, b: LogHead): boolean =>
  a.head === b.head && a.entries === b.entries && a.sealed_at === b.sealed_at && a.signature === b.signature;
