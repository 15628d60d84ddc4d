import { equal, type Signer, verifySignature } from '@commonwire/sdk/core';
import { decodeEpochMessage, type EpochMessage, encodeEpochMessage } from '@commonwire/sdk/network';
import type { EpochSignature } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { OracleError } from '../runtime/errors';
import { numberKey, type Store } from '../storage/store';
import { factsOf } from './facts';

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
  await factsOf(store, epoch).decide(SIGNED + numberKey(signed.attempt), signed);
};

/**
 * Signs the message for an epoch and attempt. At most one message is ever signed for each: the signature is stored
 * before it is returned, and for the same message the stored signature is returned again.
 * @throws OracleError `already-signed` if a different message was signed for this epoch and attempt, `abstains` if
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
  const stored = await facts.decide(SIGNED + numberKey(message.attempt), signed);
  if (stored.message === signed.message) return stored;
  throw new OracleError(
    'already-signed',
    `a different message was signed for epoch ${message.epoch}, attempt ${message.attempt}; wait for the next attempt`,
  );
}

/** Returns this oracle's signature for an attempt, or undefined. */
export const signedAt = (store: Store, epoch: number, attempt: number): Promise<EpochSignature | undefined> =>
  factsOf(store, epoch).read(SIGNED + numberKey(attempt));

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
