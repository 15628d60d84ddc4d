import { equal, type Signer, verifySignature } from '@commonwire/sdk/core';
import { decodeEpochMessage, type EpochMessage, encodeEpochMessage } from '@commonwire/sdk/network';
import type { EpochSignature } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { OracleError } from '../runtime/errors';
import { numberKey, type Store } from '../storage/store';
import { type EpochFacts, factsOf } from './facts';

const SIGNED = 'signed:';
const ABSTAINS = 'abstains';

/** Makes this oracle sign nothing more for an epoch, because it may have lost what it signed. */
export const abstain = async (store: Store, epoch: number, at: number): Promise<void> => {
  await factsOf(store, epoch).decide(ABSTAINS, { at });
};

/** Whether {@link abstain} was called for an epoch. */
export const abstains = async (store: Store, epoch: number): Promise<boolean> =>
  (await factsOf(store, epoch).read(ABSTAINS)) !== undefined;

/** Stores a signature of this oracle that it has lost and somebody else has kept. */
export const recall = async (store: Store, epoch: number, signed: EpochSignature): Promise<void> => {
  await keep(factsOf(store, epoch), signed);
};

/** The version of the committee that a signature is for. */
const versionOf = ({ message }: EpochSignature): number =>
  decodeEpochMessage(new Uint8Array(Buffer.from(message, 'base64'))).committeeVersion;

const placeOf = (attempt: number, version?: number): string =>
  SIGNED + numberKey(attempt) + (version === undefined ? '' : `:${numberKey(version)}`);

/**
 * Stores a signature unless there is one for its attempt and version of the committee. An attempt's first place is that of
 * the version that was signed for first, others have one each: after a change of the committee all attempts count anew.
 * @returns the stored signature
 */
async function keep(facts: EpochFacts, signed: EpochSignature): Promise<EpochSignature> {
  const version = versionOf(signed);
  const first = await facts.decide(placeOf(signed.attempt), signed);
  return versionOf(first) === version ? first : facts.decide(placeOf(signed.attempt, version), signed);
}

/**
 * Signs the message for an epoch, attempt and version of the committee. At most one message is ever signed for each: the
 * signature is stored before it is returned, and for the same message the stored signature is returned again.
 * @throws OracleError `already-signed` if a different message was signed for these, `abstains` if
 * this oracle may have lost what it signed
 */
export async function signOnce(store: Store, signer: Signer, message: EpochMessage): Promise<EpochSignature> {
  const bytes = encodeEpochMessage(message);
  const facts = factsOf(store, Number(message.epoch));
  if (await abstains(store, facts.epoch))
    throw new OracleError(ABSTAINS, `this oracle was restored since epoch ${facts.epoch} was cut`);
  const signed = {
    attempt: message.attempt,
    message: Buffer.from(bytes).toString('base64'),
    signature: Buffer.from(await signer.sign(bytes)).toString('base64'),
  };
  const stored = await keep(facts, signed);
  if (stored.message === signed.message) return stored;
  throw new OracleError(
    'already-signed',
    `a different message was signed for epoch ${message.epoch}, attempt ${message.attempt}; wait for the next attempt`,
  );
}

/** Returns this oracle's signature for an attempt under this version of the committee, or undefined. */
export async function signedAt(
  store: Store,
  epoch: number,
  { attempt, committeeVersion }: Pick<EpochMessage, 'attempt' | 'committeeVersion'>,
): Promise<EpochSignature | undefined> {
  const facts = factsOf(store, epoch);
  const first = await facts.read<EpochSignature>(placeOf(attempt));
  if (!first || versionOf(first) === committeeVersion) return first;
  return facts.read(placeOf(attempt, committeeVersion));
}

/** Returns all signatures of this oracle for an epoch, ordered by attempt. */
export const signedFor = (store: Store, epoch: number): Promise<EpochSignature[]> =>
  factsOf(store, epoch).list(SIGNED);

/** An oracle's signature whose format, attempt and cryptography have been checked. */
export interface CheckedSignature {
  readonly oracle: string;
  readonly bytes: Uint8Array;
  readonly message: EpochMessage;
  readonly signature: Uint8Array;
}

/** Checks a signature attributed to an oracle. @returns undefined unless it is a valid signature by that oracle */
export function checkSignature(oracle: string, signed: EpochSignature): CheckedSignature | undefined {
  try {
    const bytes = new Uint8Array(Buffer.from(signed.message, 'base64'));
    const signature = new Uint8Array(Buffer.from(signed.signature, 'base64'));
    const message = decodeEpochMessage(bytes);
    const publicKey = new PublicKey(oracle).toBytes();
    if (message.attempt !== signed.attempt || !equal(encodeEpochMessage(message), bytes)) return undefined;
    return verifySignature({ keyType: 0, publicKey, message: bytes, signature })
      ? { oracle, bytes, message, signature }
      : undefined;
  } catch {
    return undefined;
  }
}
