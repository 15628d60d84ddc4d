import { CommonwireError, equal, toHex } from '@commonwire/sdk/core';
import {
  ChallengeError,
  type LedgerEntry,
  proveDevice,
  type RegistryFacts,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import type { ChainNetwork } from '../chain/chain';
import { currentState, fetchBlob } from '../epoch/dataset';
import { type EpochFacts, factsOf } from '../epoch/facts';
import { currentLedger } from '../epoch/ledger';
import { checkSignature, signedFor } from '../epoch/signing';
import { gatherLogs } from '../log/copies';
import { OracleError, Refused } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { numberKey } from '../storage/store';
import { recompute, refusalsOf } from './attest';
import { demandLeaves, withdrawDemands } from './demand';
import { sync } from './sync';

/** A pending epoch and the facts that this oracle stored about its attempt. */
interface Case {
  readonly oracle: Oracle;
  readonly network: ChainNetwork;
  readonly pending: NonNullable<ChainNetwork['pending']>;
  readonly facts: EpochFacts;
}

/**
 * Compares a pending epoch that this oracle did not sign with the current one, and challenges it if a device proves it
 * wrong. If no device does but this oracle's outcome differs, emits `doubted`: then only a veto helps.
 */
export async function challenge(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  const { pending } = network;
  await withdrawDemands(oracle, network);
  if (!pending) return;
  const given = { oracle, network, pending, facts: factsOf(oracle.store, pending.epoch) };
  // An attempt is posted at most once: what was noted of it stays true.
  if (await noted(given, 'judged')) return;
  const opinion = await opinionOf(given);
  if (opinion === 'agrees') return;
  if (!(await noted(given, 'faultless'))) {
    const outcome = await confront(given, opinion === 'differs');
    if (outcome === 'void') await note(given, 'judged');
    if (outcome !== 'no-fault') return;
    await note(given, 'faultless');
  }
  const difference = opinion === 'differs' ? 'this oracle did not sign it' : await differenceOf(given);
  if (difference === undefined) return;
  if (difference !== null)
    await doubt(given, 'no-ground', `${difference}; no device proves the epoch wrong on chain`);
  await note(given, 'judged');
}

/** Whether this oracle signed the same result, signed a different one or refused it, or has not decided. */
async function opinionOf({ oracle, pending }: Case): Promise<'agrees' | 'differs' | 'unknown'> {
  const { epoch, attempt, ledgerRoot, usageRoot, datasetHash } = pending;
  const signed = (await signedFor(oracle.store, epoch)).flatMap(
    (one) => checkSignature(oracle.address, one)?.message ?? [],
  );
  const isSame = (one: (typeof signed)[number]) =>
    equal(one.ledgerRoot, ledgerRoot) &&
    equal(one.usageRoot, usageRoot) &&
    equal(one.datasetHash, datasetHash);
  if (signed.some(isSame)) return 'agrees';
  if (signed.some((one) => one.attempt === attempt)) return 'differs';
  const refused = await refusalsOf(oracle, epoch);
  return refused.some((one) => one.dataset_hash === toHex(datasetHash)) ? 'differs' : 'unknown';
}

/**
 * Challenges with the published ledger. @returns undefined if that has to wait
 * @param differs whether to emit `doubted` at once if there is no such ledger
 */
async function confront(given: Case, differs: boolean): Promise<'void' | 'no-fault' | undefined> {
  const { oracle, pending } = given;
  const after = await publishedLedger(given);
  if ('code' in after) {
    const shown = await confrontShown(given);
    if (shown === 'void') return shown;
    // A dataset may take a moment to reach the peers.
    const sure = differs || after.code === 'dataset-differs' || (await isOverdue(given));
    if (sure) {
      await doubt(given, after.code, after.message);
      await demandLeaves(oracle, pending);
    }
    return undefined;
  }
  const before = await ledgerBefore(given);
  const registry = registryFacts(given);
  if (!before || !registry) return undefined;
  const ledgers = { current: before, pending: after.entries };
  const { outcome, fault } = await oracle.chain.challenge(ledgers, registry);
  if (outcome === 'no-fault') return outcome;
  if (outcome === 'faulty') {
    const unpaid = 'but this oracle has no key to pay for a challenge';
    await doubt(given, 'no-payer', `device ${fault?.index} proves the epoch wrong, ${unpaid}`);
    return undefined;
  }
  const { epoch, attempt } = pending;
  if (fault) {
    const { index: device, grounds } = fault;
    oracle.events.emit('challenged', { epoch, attempt, device, grounds, outcome });
  }
  return 'void';
}

/** Challenges with a leaf that was shown on demand, where there is no dataset. @returns undefined if nothing came of it */
async function confrontShown(given: Case): Promise<'void' | undefined> {
  const { oracle, pending } = given;
  if (pending.shownSlot === 0n) return undefined;
  const before = await ledgerBefore(given);
  const registry = registryFacts(given);
  if (!before || !registry) return undefined;
  const { outcome, fault } = await oracle.chain.challengeShown(before, registry);
  if (!fault || (outcome !== 'void' && outcome !== 'nothing-pending')) return undefined;
  const { epoch, attempt } = pending;
  const { index: device, grounds } = fault;
  oracle.events.emit('challenged', { epoch, attempt, device, grounds, outcome });
  return 'void';
}

/** Returns what the registry says about the pending epoch, or undefined until this oracle has read it up to the cut. */
function registryFacts({ oracle, pending }: Case): RegistryFacts | undefined {
  const { known } = oracle.registry;
  const hash = toHex(pending.registryHash);
  if (!known.has(hash)) return undefined;
  const view = known.at(hash, pending.epoch);
  const devices = Array.from({ length: pending.deviceCount }, (_, index) => ({
    owner: view.device(index)!.owner,
    retired: view.isRetired(index),
  }));
  const prove = async (index: number) => {
    // The chain compares with its registry of now.
    await sync(oracle);
    return proveDevice(oracle.registry.known.registered, index);
  };
  return { devices, prove };
}

/** Returns the pending ledger from its dataset, or the reason why there is none. */
async function publishedLedger({
  oracle,
  pending,
}: Case): Promise<{ entries: LedgerEntry[] } | { code: string; message: string }> {
  const { epoch } = pending;
  const read = (hash: string) => fetchBlob(oracle, epoch, hash);
  try {
    return { entries: await readPublishedLedger({ ...pending, epoch: BigInt(epoch) }, read) };
  } catch (error) {
    if (error instanceof ChallengeError) return { code: 'dataset-differs', message: error.message };
    if (error instanceof OracleError && error.code === 'not-ready')
      return { code: 'unpublished', message: `nothing can be proven: ${error.message}` };
    throw error;
  }
}

/** Returns the ledger that is current beside the pending one. */
async function ledgerBefore({ oracle, network }: Case): Promise<readonly LedgerEntry[]> {
  return network.current.epoch === 0 ? [] : (await currentLedger(oracle, network)).entries;
}

/**
 * Describes how this oracle's recomputation differs from the pending epoch. Returns null if it doesn't or if this
 * oracle has no part in the epoch, and undefined if not everything is available yet.
 */
async function differenceOf({ oracle, network, pending }: Case): Promise<string | null | undefined> {
  const { epoch, attempt } = pending;
  const cut = network.cutOf(epoch);
  if (!cut || !network.committee.keys.includes(oracle.address)) return null;
  if (!oracle.registry.known.has(toHex(cut.registryHash)) || !(await oracle.log.isPast(epoch)))
    return undefined;
  const previous = await currentState(oracle, network);
  try {
    const due = { network, epoch, previous, attempt: { attempt, since: 0 } };
    const { logs: copies } = await gatherLogs(oracle, epoch, network.committee.keys, previous);
    const { earnedTotal, usageRoot } = await recompute(oracle, due, toHex(pending.datasetHash), { copies });
    if (!equal(usageRoot, pending.usageRoot))
      return `its usage root is ${toHex(usageRoot)}, but ${toHex(pending.usageRoot)} was posted`;
    if (earnedTotal === pending.earnedTotal) return null;
    return `its devices earned ${earnedTotal} in total, but ${pending.earnedTotal} was posted`;
  } catch (error) {
    if (error instanceof OracleError && !(error instanceof Refused)) return undefined;
    if (error instanceof CommonwireError) return error.message;
    throw error;
  }
}

/** Whether the time for an attempt has passed since this oracle first asked for the dataset. */
async function isOverdue({ oracle, pending, facts }: Case): Promise<boolean> {
  const { at } = await facts.decide(`unpublished:${numberKey(pending.attempt)}`, { at: oracle.now() });
  return oracle.now() - at >= oracle.patience.attemptMs;
}

const key = ({ pending }: Case, fact: string): string => `${fact}:${numberKey(pending.attempt)}`;
const noted = (given: Case, fact: string) => given.facts.read(key(given, fact));
const note = (given: Case, fact: string) => given.facts.decide(key(given, fact), true);

/** Emits `doubted` once per attempt and code. */
async function doubt(given: Case, code: string, message: string): Promise<void> {
  const { oracle, pending } = given;
  if (await noted(given, `doubted-${code}`)) return;
  await note(given, `doubted-${code}`);
  oracle.events.emit('doubted', { epoch: pending.epoch, attempt: pending.attempt, code, message });
}
