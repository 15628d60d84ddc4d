/**
 * How an oracle goes on after its records were restored from a backup, or lost. Whatever it signed since isn't among
 * them, so it must not sign anything for the epochs that it may have signed already: a second message would be evidence
 * against it. It asks its peers for its logs and signatures, abstains from the epochs cut so far, and takes part from
 * the one that collects.
 */
import { equal } from '@commonwire/sdk/core';
import type { ChainNetwork } from '../chain/chain';
import { type LastHead, lastHead, readEntry, type SealedLog } from '../domain/index';
import { currentState } from '../epoch/dataset';
import { abstain, checkSignature, recall } from '../epoch/signing';
import { fetchSealed } from '../log/copies';
import { laneEntries, lanesOf, ownPartition, sealedLog, storeSealed } from '../log/records';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { jsonBytes, parseJson, type Store } from '../storage/store';

/** Where it is stored how far a recovery is. */
export const RECOVERY = 'recovery';
const STATE = 'state';

/** How long to wait before the epochs to abstain from are fixed: until this node shows what the lost process had seen. */
const HORIZON_MS = 60_000;
/** How long to wait for peers that don't answer, since they may have this oracle's logs. */
const SILENT_MS = 600_000;
/** Epochs to look back for this oracle's logs if none of them was ever part of a dataset. */
const LOOK_BACK_EPOCHS = 8;

/** What is stored of a recovery. Times are milliseconds of this oracle's clock. */
interface State {
  /** The epoch that collected according to the backup; null: nothing was left. */
  readonly open: number | null;
  readonly since?: number;
  /** The last epoch that it may have signed already. */
  readonly until?: number;
  readonly done?: true;
}

/** Makes the oracle with this store, which was never restored yet, recover when it starts. */
export const beginRecovery = (store: Store): Promise<boolean> =>
  store.insert(RECOVERY, STATE, jsonBytes({ open: null } satisfies State));

/** Notes which epoch collected according to the backup, so that its log isn't begun before it. */
export const noteOpenEpoch = (store: Store, open: number): Promise<State> =>
  update(store, (state) => ({ ...state, open }));

const finished = new WeakSet<Oracle>();

/** Whether nothing is left to recover, as far as this process knows or finds stored. */
export async function isRecovered(oracle: Oracle): Promise<boolean> {
  if (finished.has(oracle)) return true;
  const item = await oracle.store.get(RECOVERY, STATE);
  return item === undefined || (parseJson(item.body) as State).done === true;
}

/** Recovers as far as possible now. @returns whether nothing is left to recover */
export async function recovered(oracle: Oracle): Promise<boolean> {
  if (finished.has(oracle)) return true;
  if (!(await oracle.store.get(RECOVERY, STATE))) {
    if ((await oracle.log.openEpoch()) !== undefined || !(await hasSignedBefore(oracle))) {
      finished.add(oracle);
      return true;
    }
    await beginRecovery(oracle.store);
  }
  if (!(await isRecovered(oracle))) await proceed(oracle);
  const done = await isRecovered(oracle);
  if (done) finished.add(oracle);
  return done;
}

/**
 * Whether an oracle without records may have had some: the current dataset lists a log of it, or a peer has seen a signature
 * of it for an epoch that isn't promoted, or doesn't say so.
 */
async function hasSignedBefore(oracle: Oracle): Promise<boolean> {
  const network = await oracle.chain.readNetwork('latest');
  if (network.latestCut.epoch === 0) return false;
  const { heads } = await currentState(oracle, network);
  if (heads.some((head) => head.oracle === oracle.address)) return true;
  const open = openEpochs(network, network.latestCut.epoch);
  for (const epoch of open) if ((await keptSignatures(oracle, epoch)).length > 0) return true;
  const isMember = network.committee.keys.includes(oracle.address);
  return isMember && open.length > 0 && (await silentPeers(oracle)).length > 0;
}

async function proceed(oracle: Oracle): Promise<void> {
  const { store, now, events } = oracle;
  const { since } = await update(store, (state) => ({ since: now(), ...state }));
  const passed = now() - since!;
  if (passed < HORIZON_MS) {
    events.emit('recovering', { silent: [], secondsLeft: Math.ceil((HORIZON_MS - passed) / 1000) });
    return;
  }
  const network = await oracle.chain.readNetwork('latest');
  const state = await update(store, (before) => ({ until: network.latestCut.epoch, ...before }));
  const until = state.until!;
  const { lost, last } = await ownLogs(oracle, network, until);
  const silent = lost.length > 0 && passed < SILENT_MS ? await silentPeers(oracle) : [];
  if (silent.length > 0) {
    events.emit('recovering', { silent, secondsLeft: Math.ceil((SILENT_MS - passed) / 1000) });
    return;
  }
  const abstained = openEpochs(network, until);
  for (const epoch of abstained) {
    for (const signed of await keptSignatures(oracle, epoch)) await recall(store, epoch, signed);
    await abstain(store, epoch, now());
  }
  const epoch = Math.max(until + 1, state.open ?? 0);
  const follows = last && { previous: last.head, time: last.sealed_at, refused: await oracle.log.refused() };
  await oracle.log.start(epoch, follows);
  await saveReports(oracle, lost);
  await update(store, (before) => ({ ...before, done: true }));
  events.emit('recovered', { epoch, lost, abstains: abstained });
}

/** The epochs up to `until` that aren't promoted yet. */
const openEpochs = ({ current }: ChainNetwork, until: number): number[] =>
  Array.from({ length: Math.max(0, until - current.epoch) }, (_, i) => current.epoch + 1 + i);

/** Finds this oracle's sealed logs here and at its peers, and stores those that were missing. */
async function ownLogs(
  oracle: Oracle,
  network: ChainNetwork,
  until: number,
): Promise<{ lost: number[]; last: LastHead | undefined }> {
  const { store, address, identity } = oracle;
  const { heads } = await currentState(oracle, network);
  let last: LastHead | undefined = heads.find((head) => head.oracle === address);
  const lost: number[] = [];
  for (let epoch = last ? last.epoch + 1 : Math.max(1, until - LOOK_BACK_EPOCHS); epoch <= until; epoch++) {
    let head = (await sealedLog(store, address, epoch))?.head;
    if (!head) {
      const log = await fetchSealed(oracle, address, epoch, last);
      if (log) await adopt(oracle, log);
      head = log?.head;
    }
    if (head) last = lastHead(identity.network, head);
    else lost.push(epoch);
  }
  return { lost, last };
}

/** Stores a log of this oracle that a peer has kept. Its pages are there already. */
async function adopt({ store, address, log }: Oracle, { head, runs }: SealedLog): Promise<void> {
  const total = { ...(await log.refused()) };
  // The counts since the backup are lost, but for those that a head tells.
  await store.count(ownPartition(address), 'refused', head.refused);
  for (const [code, count] of Object.entries(head.refused)) total[code] = (total[code] ?? 0) + count;
  const stored = await storeSealed(store, { head, runs, refusedInAll: total });
  if (stored.head.signature !== head.signature)
    throw new OracleError(
      'log-differs',
      `a peer has a signed log of this oracle for epoch ${head.epoch} that differs from the backup's; restore an earlier or later backup`,
    );
}

/** The most reports of an entry into which those of lost logs are taken. */
const SAVED_AT_ONCE = 500;

/** Takes the reports of logs that were never sealed into the open one: devices were told that they are stored. */
async function saveReports({ store, address, log }: Oracle, lost: readonly number[]): Promise<void> {
  for (const epoch of lost)
    for (const lane of await lanesOf(store, address, epoch)) {
      for await (const entry of laneEntries(store, address, epoch, lane)) {
        const reports = [...readEntry(entry)];
        for (let i = 0; i < reports.length; i += SAVED_AT_ONCE)
          await log.append(reports.slice(i, i + SAVED_AT_ONCE));
      }
    }
}

/** Returns this oracle's own signatures for an epoch that its peers have kept. */
async function keptSignatures(oracle: Oracle, epoch: number) {
  const { address, identity } = oracle;
  const answers = await oracle.peers.all((peer) => peer.signatures(epoch));
  return answers
    .flatMap(({ witnessed }) => witnessed)
    .filter((signed) => {
      if (signed.oracle !== address) return false;
      const message = checkSignature(address, signed)?.message;
      return message && message.epoch === BigInt(epoch) && equal(message.network, identity.network);
    })
    .map(({ attempt, message, signature }) => ({ attempt, message, signature }));
}

async function silentPeers({ peers }: Oracle): Promise<string[]> {
  const answers = await Promise.allSettled(peers.urls.map((url) => peers.at(url).health()));
  return peers.urls.filter((_, i) => answers[i]!.status === 'rejected');
}

/** Replaces the stored state. @returns the new one */
async function update(store: Store, change: (before: State) => State): Promise<State> {
  for (;;) {
    const item = (await store.get(RECOVERY, STATE))!;
    const next = change(parseJson(item.body) as State);
    if (await store.replace(RECOVERY, STATE, item.version, jsonBytes(next))) return next;
  }
}
