import { ChallengeError, equal, type LedgerEntry, readPublishedLedger, toHex } from '@commonwire/sdk';
import { refusalsOf } from './attest';
import type { ChainLedger, ChainNetwork } from './chain';
import { fetchBlob } from './dataset';
import { EpochFacts } from './epochs';
import { OracleError } from './errors';
import { currentLedger } from './ledger';
import type { Oracle } from './oracle';
import { checkSignature, signedFor } from './signing';
import { numberKey } from './storage/store';

type Pending = NonNullable<ChainNetwork['pending']>;

/**
 * Holds a pending epoch that this oracle did not compute itself against the current one, and challenges it if a device
 * proves it wrong. Where none does although this oracle came to something else, it says so: then only a veto helps.
 */
export async function challenge(oracle: Oracle): Promise<void> {
  const { pending, current } = await oracle.chain.readNetwork('latest');
  if (!pending) return;
  const facts = new EpochFacts(oracle.store, pending.epoch);
  const judged = `judged:${numberKey(pending.attempt)}`;
  // An attempt is posted at most once: what was judged stays judged.
  if (await facts.read(judged)) return;
  const opinion = await opinionOf(oracle, pending);
  if (opinion === 'agrees') return;
  const doubt = (code: string, message: string) =>
    opinion === 'differs' ? tellOnce(oracle, facts, pending, code, message) : undefined;

  const after = await publishedLedger(oracle, pending);
  if ('code' in after) return doubt(after.code, after.message);
  const before = await ledgerBefore(oracle, current);
  if (!before) return;
  const { outcome, fault } = await oracle.chain.challenge({ current: before, pending: after.entries });
  const { epoch, attempt } = pending;
  if (outcome === 'faulty')
    return tellOnce(
      oracle,
      facts,
      pending,
      'no-payer',
      `device ${fault?.index} proves it wrong, but this oracle has no key that pays for a challenge`,
    );
  if (fault && (outcome === 'void' || outcome === 'nothing-pending')) {
    const { index: device, grounds } = fault;
    oracle.events.emit('challenged', { epoch, attempt, device, grounds, outcome });
  }
  if (outcome === 'no-fault')
    await doubt(
      'no-ground',
      `root ${toHex(pending.ledgerRoot)} isn't what this oracle computes, but no device breaks a rule of the chain`,
    );
  await facts.decide(judged, { outcome });
}

/** Whether this oracle signed the very result, refused to, or never got to see it. */
async function opinionOf(
  oracle: Oracle,
  { epoch, attempt, ledgerRoot, datasetHash }: Pending,
): Promise<'agrees' | 'differs' | 'unknown'> {
  const signed = (await signedFor(oracle.store, epoch)).flatMap(
    (one) => checkSignature(oracle.address, one)?.message ?? [],
  );
  const same = (one: ChainLedger | (typeof signed)[number]) =>
    equal(one.ledgerRoot, ledgerRoot) && equal(one.datasetHash, datasetHash);
  if (signed.some(same)) return 'agrees';
  if (signed.some((one) => one.attempt === attempt)) return 'differs';
  const refused = await refusalsOf(oracle, epoch);
  return refused.some((one) => one.dataset_hash === toHex(datasetHash)) ? 'differs' : 'unknown';
}

/** The ledger under the pending root from its dataset, or why there is none. */
async function publishedLedger(
  oracle: Oracle,
  pending: Pending,
): Promise<{ entries: LedgerEntry[] } | { code: string; message: string }> {
  const state = { ...pending, epoch: BigInt(pending.epoch) };
  try {
    return {
      entries: await readPublishedLedger(state, (hash) => fetchBlob(oracle, pending.epoch, hash)),
    };
  } catch (error) {
    if (error instanceof ChallengeError) return { code: 'dataset-differs', message: error.message };
    if (error instanceof OracleError && error.code === 'not-ready')
      return { code: 'unpublished', message: `nothing can be proven: ${error.message}` };
    throw error;
  }
}

/** Undefined where another epoch was promoted meanwhile: then nothing of this is pending any more. */
async function ledgerBefore(
  oracle: Oracle,
  { epoch }: ChainLedger,
): Promise<readonly LedgerEntry[] | undefined> {
  if (epoch === 0) return [];
  const ledger = await currentLedger(oracle);
  return ledger.epoch === epoch ? ledger.entries : undefined;
}

async function tellOnce(
  oracle: Oracle,
  facts: EpochFacts,
  { epoch, attempt }: Pending,
  code: string,
  message: string,
): Promise<void> {
  const name = `doubted:${numberKey(attempt)}:${code}`;
  if (await facts.read(name)) return;
  await facts.decide(name, { message });
  oracle.events.emit('doubted', { epoch, attempt, code, message });
}
