import { equal, toHex } from '@commonwire/sdk/core';
import type { EpochSignature, Equivocation } from '@commonwire/sdk/oracle';
import type { ChainNetwork } from '../chain/chain';
import type { Oracle } from '../runtime/oracle';
import { jsonBytes, numberKey, parseJson, type Store } from '../storage/store';
import { ATTEMPT_WINDOW, factsOf } from './facts';
import { type CheckedSignature, checkSignature } from './signing';

const OBSERVED = 'witnessed:';
const EVIDENCE = 'evidence';
/** Proofs against one member that are shown: one is enough to slash it, and a list that is too long nobody reads. */
const MOST_PROOFS = 8;

type ObservedSignature = EpochSignature & { oracle: string };

/**
 * Returns the signatures of the other committee members for an epoch, each from the member itself. Also checks the
 * signatures that peers observed from each other, and stores the first signature of each member and attempt: a second
 * message for the same attempt is evidence, no matter which oracle it was shown to.
 */
export async function peerSignatures(
  oracle: Oracle,
  network: ChainNetwork,
  epoch: number,
): Promise<CheckedSignature[]> {
  const answers = await oracle.peers.all((peer) => peer.signatures(epoch));
  const plausible = plausibleFor(network);
  const own = answers.flatMap((answer) =>
    plausible(answer.signatures).flatMap((signed) => checkSignature(answer.oracle, signed) ?? []),
  );
  const theirs = answers.flatMap(({ witnessed }) =>
    plausible(witnessed).flatMap((signed) => checkSignature(signed.oracle, signed) ?? []),
  );
  for (const signed of twoOfEach(
    [...own, ...theirs].filter((one) => isRelevant(oracle, network, epoch, one)),
  ))
    await observe(oracle, epoch, signed);
  return own.filter(({ message }) => message.epoch === BigInt(epoch));
}

/** Limits a peer's signatures to the number that an honest peer can have, so that only these are verified. */
const plausibleFor =
  ({ attempt: least, committee }: ChainNetwork) =>
  <T extends EpochSignature>(signed: readonly T[]): T[] =>
    signed
      .filter(({ attempt }) => attempt >= least && attempt <= least + ATTEMPT_WINDOW)
      .slice(0, (ATTEMPT_WINDOW + 1) * committee.keys.length);

/** Keeps at most two messages per member and attempt: two prove as much as a thousand. */
function twoOfEach(signed: readonly CheckedSignature[]): CheckedSignature[] {
  const found = new Map<string, Map<string, CheckedSignature>>();
  for (const one of signed) {
    const name = `${one.oracle}:${one.message.attempt}`;
    const messages = found.get(name) ?? new Map<string, CheckedSignature>();
    found.set(name, messages);
    if (messages.size < 2) messages.set(toHex(one.bytes), one);
  }
  return [...found.values()].flatMap((messages) => [...messages.values()]);
}

/** The first signature seen of each other member, committee version and attempt. */
export const observedFor = (store: Store, epoch: number): Promise<ObservedSignature[]> =>
  factsOf(store, epoch).list(OBSERVED);

/** Returns evidence against committee members, from any epoch, the earliest against each. */
export async function equivocations(store: Store): Promise<Equivocation[]> {
  const found: Equivocation[] = [];
  let shown = 0;
  for await (const { body } of store.query(EVIDENCE, { from: '', to: '\uffff' })) {
    const proof = parseJson(body) as Equivocation;
    shown = proof.oracle === found.at(-1)?.oracle ? shown + 1 : 1;
    if (shown <= MOST_PROOFS) found.push(proof);
  }
  return found;
}

/**
 * Whether a signature counts for this epoch. Only these are stored, so only members can add to the store, and not much.
 */
const isRelevant = (
  { identity, address }: Oracle,
  { committee }: ChainNetwork,
  epoch: number,
  { oracle, message }: CheckedSignature,
): boolean =>
  oracle !== address &&
  committee.keys.includes(oracle) &&
  equal(message.program, identity.program) &&
  equal(message.network, identity.network) &&
  message.birth === identity.birth &&
  equal(message.genesisHash, identity.genesisHash) &&
  message.committeeVersion === committee.version &&
  message.epoch === BigInt(epoch);

async function observe(
  { store, events }: Oracle,
  epoch: number,
  { oracle, bytes, message, signature }: CheckedSignature,
): Promise<void> {
  const { attempt, committeeVersion } = message;
  const seen = { oracle, attempt, message: base64(bytes), signature: base64(signature) };
  const facts = factsOf(store, epoch);
  const name = `${OBSERVED}${oracle}:${numberKey(committeeVersion)}:${numberKey(attempt)}`;
  const first = (await facts.read<ObservedSignature>(name)) ?? (await facts.decide(name, seen));
  if (first.message === seen.message) return;
  const proof: Equivocation = {
    oracle,
    messages: [
      { message: first.message, signature: first.signature },
      { message: seen.message, signature: seen.signature },
    ],
  };
  // One an epoch, however many attempts it signs twice.
  const key = `${oracle}:${numberKey(epoch)}:${numberKey(committeeVersion)}`;
  if (await store.insert(EVIDENCE, key, jsonBytes(proof)))
    events.emit('equivocation', { epoch, attempt, oracle });
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
