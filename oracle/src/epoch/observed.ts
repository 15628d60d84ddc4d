import { equal, toHex } from '@commonwire/sdk/core';
import type { EpochSignature, Equivocation } from '@commonwire/sdk/oracle';
import type { ChainNetwork } from '../chain/chain';
import type { Oracle } from '../runtime/oracle';
import { jsonBytes, numberKey, parseJson, type Store } from '../storage/store';
import { ATTEMPT_WINDOW, factsOf } from './facts';
import { type CheckedSignature, checkSignature } from './signing';

/** As stores have it. */
const OBSERVED = 'witnessed:';
const EVIDENCE = 'evidence';

type ObservedSignature = EpochSignature & { oracle: string };

/**
 * What the committee's other members signed for an epoch, each asked for its own. What peers saw of each other is looked
 * at too, and the first signature of each member and attempt is kept: a second message by the same is evidence, whomever
 * it was shown to.
 */
export async function peerSignatures(
  oracle: Oracle,
  network: ChainNetwork,
  epoch: number,
): Promise<CheckedSignature[]> {
  const answers = await oracle.peers.all((peer) => peer.signatures(epoch));
  const counted = countedBy(network);
  const own = answers.flatMap((answer) =>
    counted(answer.signatures).flatMap((signed) => checkSignature(answer.oracle, signed) ?? []),
  );
  const theirs = answers.flatMap(({ witnessed }) =>
    counted(witnessed).flatMap((signed) => checkSignature(signed.oracle, signed) ?? []),
  );
  for (const signed of twoOfEach([...own, ...theirs].filter((one) => isAbout(oracle, network, epoch, one))))
    await observe(oracle, epoch, signed);
  return own.filter(({ message }) => message.epoch === BigInt(epoch));
}

/** Of what a peer shows only as much is verified as an honest one can have. */
const countedBy =
  ({ attempt: least, committee }: ChainNetwork) =>
  <T extends EpochSignature>(signed: readonly T[]): T[] =>
    signed
      .filter(({ attempt }) => attempt >= least && attempt <= least + ATTEMPT_WINDOW)
      .slice(0, (ATTEMPT_WINDOW + 1) * committee.keys.length);

/** Two messages of a member for one attempt prove as much as a thousand. */
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

/** All evidence against members of the committee, of any epoch. */
export async function equivocations(store: Store): Promise<Equivocation[]> {
  const found: Equivocation[] = [];
  for await (const item of store.query(EVIDENCE, { from: '', to: '\uffff' }))
    found.push(parseJson(item.body) as Equivocation);
  return found;
}

/** Only what counts is kept: nobody can fill the store but a member, and that with few messages. */
const isAbout = (
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
  const key = `${oracle}:${numberKey(epoch)}:${numberKey(committeeVersion)}:${numberKey(attempt)}`;
  if (await store.insert(EVIDENCE, key, jsonBytes(proof)))
    events.emit('equivocation', { epoch, attempt, oracle });
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
