import { fromHex, toHex } from '@commonwire/sdk/core';
import type { EpochMessage } from '@commonwire/sdk/network';
import type { ChainNetwork } from '../chain/chain';
import type { CloseInput, MarketAccounts, PreviousState, SealedLog } from '../domain/index';
import { currentState, cutOf } from '../epoch/dataset';
import { type Attempt, currentAttempt, factsOf } from '../epoch/facts';
import { closeEpoch } from '../epoch/shards/close-epoch';
import { abstains, signedAt, signOnce } from '../epoch/signing';
import { type AvailableLogs, gatherLogs } from '../log/copies';
import { readPages } from '../log/pages';
import { leaderOf, type Oracle } from '../runtime/oracle';
import { numberKey } from '../storage/store';
import type { DueEpoch, Proposed } from './due';
import { beginElsewhere, begunElsewhere, closeFailed, isForElsewhere, lookElsewhere } from './elsewhere';

/** The epoch to close next, with everything that its close depends on except the logs. */
export interface Closable extends DueEpoch {
  readonly previous: PreviousState;
}

/**
 * Returns the epoch that can be closed now, or undefined. It must be cut and sealed, the previous one promoted, nothing
 * pending, and the registry read up to the cut.
 */
export async function closable(oracle: Oracle): Promise<Closable | undefined> {
  const due = await dueEpoch(oracle);
  return due && { ...due, previous: await currentState(oracle, due.network) };
}

/** The same without the state before it, which takes long to read. */
async function dueEpoch(oracle: Oracle): Promise<DueEpoch | undefined> {
  const network = await oracle.chain.readNetwork('final');
  const epoch = network.current.epoch + 1;
  const cut = network.cutOf(epoch);
  if (network.pending || !cut || !oracle.registry.known.has(toHex(cut.registryHash))) return undefined;
  const { patience, store } = oracle;
  if (!(await oracle.log.isPast(epoch)) || (await abstains(store, epoch))) return undefined;
  const attempt = await currentAttempt(store, epoch, {
    least: network.attempt,
    now: oracle.now(),
    attemptMs: patience.attemptMs,
  });
  return { network, epoch, attempt };
}

/**
 * The leader's task: once every log is available or the time for it is over, closes the epoch, stores the dataset and
 * signs the epoch's message. The choice of logs is stored first, so that a restarted leader produces the same bytes. An
 * epoch of many shards is closed elsewhere, if there is such a place: then it is signed at a later turn, also if the time of
 * the attempt is over by then.
 */
export async function lead(oracle: Oracle): Promise<void> {
  const due = await dueEpoch(oracle);
  if (!due) return;
  const begun = await begunElsewhere(oracle, due);
  const ended = begun && (await lookElsewhere(oracle, due, begun));
  if (ended === 'running') return;
  if (begun && ended !== 'failed') return propose(oracle, due, begun.attempt, ended!);
  const { elsewhere } = oracle;
  // Of one that failed elsewhere.
  const small = begun && begun.shards <= elsewhere!.most;
  const attempt: Attempt = small ? begun : due.attempt;
  const isLeader = leaderOf(due.network.committee.keys, due.epoch, attempt.attempt) === oracle.address;
  if (begun && !small && (!isLeader || attempt.attempt === begun.attempt)) throw closeFailed(begun);
  const committeeVersion = due.network.committee.version;
  if (!isLeader) return;
  if (await signedAt(oracle.store, due.epoch, { attempt: attempt.attempt, committeeVersion })) return;
  const whole = { ...due, attempt, previous: await currentState(oracle, due.network) };
  const logs = await chooseLogs(oracle, whole);
  if (!logs) return;
  const verified = trustsOwnLog(oracle, due.network) ? oracle.address : undefined;
  const markets = await readMarkets(oracle, whole);
  // What the steps hand on has no place for a market.
  const trades = markets.length > 0 || whole.previous.market !== undefined;
  if (!small && !trades && isForElsewhere(oracle, due)) {
    const input = closeInputOf(oracle, whole, logs, markets);
    return beginElsewhere(oracle, whole, input, verified);
  }
  const result = await closeEpoch(closeInputOf(oracle, whole, logs, markets), {
    threads: oracle.shardThreads,
    ...(verified && { verified }),
    pages: (log, run) => readPages(oracle, log, run),
    keep: (sha256, compressed) => oracle.blobs.putCompressed(sha256, compressed),
  });
  // Parts come before the manifest, so that whoever finds a manifest finds all its parts.
  await oracle.blobs.put(result.manifestBytes);
  oracle.promoted.next = result.next;
  await propose(oracle, due, attempt.attempt, result);
}

/** Signs the message of an epoch whose dataset is stored. */
async function propose(oracle: Oracle, due: DueEpoch, attempt: number, result: Proposed): Promise<void> {
  const { epoch } = due;
  await signOnce(oracle.store, oracle.signer, messageOf(oracle, due, result, attempt));
  const ledgerRoot = toHex(result.ledgerRoot);
  const { datasetHash, earnedTotal, totals } = result;
  oracle.events.emit('closed', { epoch, attempt, ledgerRoot, datasetHash, earnedTotal, totals });
  oracle.events.emit('signed', { epoch, attempt, leader: true, ledgerRoot });
}

/**
 * Whether the signatures in this oracle's own log need no check, since it checked them when it took them in. On AWS whoever
 * takes over the function that takes in reports can write to the log, too; and where one signature is enough, no attester
 * checks them.
 */
const trustsOwnLog = ({ copyMs }: Oracle, { committee }: ChainNetwork): boolean =>
  copyMs === undefined && committee.threshold > 1;

/** Reads the accounts of the policy's markets; a network without one asks nothing. */
export const readMarkets = async (
  { chain, policy: { markets } }: Oracle,
  { epoch }: Pick<Closable, 'epoch'>,
): Promise<MarketAccounts[]> => (markets ? chain.readMarkets(markets, epoch) : []);

/** Everything that closing the epoch with these logs and accounts of markets depends on. */
export function closeInputOf<L>(
  oracle: Oracle,
  due: Closable,
  logs: readonly L[],
  markets: readonly MarketAccounts[],
): CloseInput<L> {
  const cut = cutOf(due.network, due.epoch)!;
  const { nextLimits } = due.network;
  return {
    identity: oracle.identity,
    epoch: due.epoch,
    cut,
    limits: { epoch: `${nextLimits.epoch}`, device: `${nextLimits.device}` },
    registry: oracle.registry.known,
    policy: oracle.policy,
    committee: due.network.committee.keys,
    logs,
    markets,
    previous: due.previous,
  };
}

/** Returns the message to sign for a closed epoch. */
export function messageOf(
  { identity }: Oracle,
  { network, epoch }: DueEpoch,
  result: Omit<Proposed, 'totals'>,
  attempt: number,
): EpochMessage {
  return {
    ...identity,
    committeeVersion: network.committee.version,
    epoch: BigInt(epoch),
    attempt,
    ledgerRoot: result.ledgerRoot,
    earnedTotal: result.earnedTotal,
    deviceCount: result.deviceCount,
    registryHash: network.cutOf(epoch)!.registryHash,
    usageRoot: result.usageRoot,
    datasetHash: fromHex(result.datasetHash),
  };
}

/** The identities of the logs chosen for a close. */
type Chosen = readonly { readonly oracle: string; readonly epoch: number }[];

async function chooseLogs(oracle: Oracle, due: Closable): Promise<readonly SealedLog[] | undefined> {
  const { epoch, attempt, network, previous } = due;
  const facts = factsOf(oracle.store, epoch);
  const name = `logs:${numberKey(attempt.attempt)}`;
  const available = await gatherLogs(oracle, epoch, network.committee.keys, previous);
  const chosen = await facts.read<Chosen>(name);
  if (chosen) return pick(available, chosen);
  if (available.missing.length > 0 && oracle.now() - attempt.since < oracle.patience.headsMs)
    return undefined;
  const all = available.logs.map(({ head }) => ({ oracle: head.oracle, epoch: head.epoch }));
  return pick(available, await facts.decide(name, all));
}

const pick = ({ logs }: AvailableLogs, chosen: Chosen): readonly SealedLog[] =>
  logs.filter(({ head }) => chosen.some((one) => one.oracle === head.oracle && one.epoch === head.epoch));
