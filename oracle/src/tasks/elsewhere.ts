/** Closing an epoch on other machines: a turn of the leader begins it, and later ones look whether it has ended. */
import { fromHex, toHex } from '@commonwire/sdk/core';
import {
  type AnyManifest,
  type CloseInput,
  type Manifest,
  parseAnyManifest,
  parseManifest,
  type SealedLog,
  SHARD_BITS,
  shardCount,
  verifySums,
} from '../domain/index';
import { cutOf, fetchBlob } from '../epoch/dataset';
import { type Attempt, factsOf } from '../epoch/facts';
import { signedAt } from '../epoch/signing';
import { type Prepared, prepareSteps } from '../epoch/steps/prepare';
import { outcomeOf, stepStores } from '../epoch/steps/stores';
import { OracleError, reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { numberKey } from '../storage/store';
import type { DueEpoch, Proposed } from './due';

/** How often an execution is started for one attempt. */
const MOST_TRIES = 3;
const BEGUN = 'steps:';

/** A close that was begun elsewhere, as it is stored. */
interface Begun extends Attempt, Prepared {
  readonly committeeVersion: number;
}

/** Whether an epoch has enough shards. */
export const isForElsewhere = ({ elsewhere }: Oracle, { network, epoch }: DueEpoch): boolean =>
  elsewhere !== undefined && shardCount(network.cutOf(epoch)!.deviceCount, SHARD_BITS) >= elsewhere.least;

/** The last close of the epoch that was begun elsewhere and isn't signed. Its attempt may be over, and can be signed still. */
export async function begunElsewhere(
  { elsewhere, store }: Oracle,
  { network, epoch }: DueEpoch,
): Promise<Begun | undefined> {
  if (!elsewhere) return undefined;
  const all = await factsOf(store, epoch).list<Begun>(BEGUN);
  const last = all.findLast(
    ({ attempt, committeeVersion }) =>
      committeeVersion === network.committee.version && attempt >= network.attempt,
  );
  return last && !(await signedAt(store, epoch, last)) ? last : undefined;
}

/** Stores what the steps need, and has them begun. What was begun for an attempt stays as it is. */
export async function beginElsewhere(
  oracle: Oracle,
  due: DueEpoch,
  input: CloseInput<SealedLog>,
  verified: string | undefined,
): Promise<void> {
  const { epoch, network, attempt } = due;
  const { version } = network.committee;
  const stores = stepStores(oracle.blobs, oracle.elsewhere!.files);
  const prepared = await prepareSteps(stores, input, {
    before: await manifestBefore(oracle, due),
    ...(verified && { verified }),
  });
  const name = `${BEGUN}${numberKey(attempt.attempt)}:${numberKey(version)}`;
  const fact: Begun = { ...attempt, ...prepared, committeeVersion: version };
  await lookElsewhere(oracle, due, await factsOf(oracle.store, epoch).decide(name, fact));
}

async function manifestBefore(oracle: Oracle, { network }: DueEpoch): Promise<AnyManifest | undefined> {
  const { epoch, datasetHash } = network.current;
  if (epoch === 0) return undefined;
  return parseAnyManifest(await fetchBlob(oracle, epoch, toHex(datasetHash)));
}

/**
 * Looks whether a close has ended; if it has failed, has it tried again, but not for ever.
 * @returns what is to be signed once its sums are right
 */
export async function lookElsewhere(
  oracle: Oracle,
  due: DueEpoch,
  begun: Begun,
): Promise<Proposed | 'running' | 'failed'> {
  const { machine } = oracle.elsewhere!;
  const { attempt, globals, items, shards } = begun;
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const name = `${due.epoch}-${attempt}-${globals.slice(0, 32)}-${tries}`;
    const state = await machine.look(name);
    if (state === 'running') return state;
    if (state === 'succeeded') return readOutcome(oracle, due, begun);
    if (state === 'failed') continue;
    await machine.start(name, { globals, items, shards });
    oracle.events.emit('delegated', { epoch: due.epoch, attempt, shards, execution: name, tries });
    return 'running';
  }
  return 'failed';
}

/** Nobody can close the epoch here: each step of that failed again and again, and it is too large for one machine. */
export const closeFailed = ({ shards }: Pick<Begun, 'shards'>): OracleError =>
  new OracleError(
    'close-failed',
    `closing ${shards} shards elsewhere failed ${MOST_TRIES} times, and they are too many for one machine; look for the cause in the last execution`,
  );

/** The outcome of the steps, unless it isn't what was asked for or contradicts itself. */
async function readOutcome(oracle: Oracle, due: DueEpoch, { globals }: Begun): Promise<Proposed | 'failed'> {
  try {
    const datasetHash = await outcomeOf(oracle.elsewhere!, { step: 'root', globals });
    const manifest = parseManifest(await fetchBlob(oracle, due.epoch, datasetHash));
    const wrong = differenceFrom(oracle, due, manifest) ?? verifySums(manifest);
    if (wrong) throw new OracleError('close-differs', `the dataset ${datasetHash} is wrong: ${wrong}`);
    return {
      datasetHash,
      ledgerRoot: fromHex(manifest.ledger_root),
      usageRoot: fromHex(manifest.usage_root),
      earnedTotal: BigInt(manifest.totals.earned_total),
      deviceCount: manifest.cut.device_count,
      totals: manifest.totals,
    };
  } catch (error) {
    oracle.events.emit('failed', { task: 'close', code: 'close-differs', message: reasonOf(error) });
    return 'failed';
  }
}

function differenceFrom(
  { policy }: Oracle,
  { network, epoch }: DueEpoch,
  manifest: Manifest,
): string | undefined {
  const previous = network.current.epoch === 0 ? null : toHex(network.current.datasetHash);
  if (manifest.epoch !== epoch || manifest.previous !== previous) return 'it is of another epoch';
  if (JSON.stringify(manifest.cut) !== JSON.stringify(cutOf(network, epoch))) return 'it has another cut';
  const limits = { epoch: `${network.nextLimits.epoch}`, device: `${network.nextLimits.device}` };
  if (JSON.stringify(manifest.limits) !== JSON.stringify(limits)) return 'it has other limits';
  if (JSON.stringify(manifest.policy) !== JSON.stringify(policy)) return 'it has another policy';
  return undefined;
}
