import { equal, type Signer, verifySignature } from '@commonwire/sdk/core';
import { decodeEpochMessage, type EpochMessage, encodeEpochMessage } from '@commonwire/sdk/network';
import type { EpochSignature } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { OracleError } from '../runtime/errors';
import { numberKey, type Store } from '../storage/store';
import { factsOf } from './facts';

const SIGNED = 'signed:';

/**
 * Signs the message of an epoch and attempt. At most one message is ever signed for each: the signature is stored
 * before it is returned, and asked again for the same message the stored one is returned.
 * @throws OracleError `already-signed` if another message was signed for this epoch and attempt.
 */
export async function signOnce(store: Store, signer: Signer, message: EpochMessage): Promise<EpochSignature> {
  const bytes = encodeEpochMessage(message);
  const facts = factsOf(store, Number(message.epoch));
  const signed = {
    attempt: message.attempt,
    message: Buffer.from(bytes).toString('base64'),
    signature: Buffer.from(await signer.sign(bytes)).toString('base64'),
  };
  const standing = await facts.decide(SIGNED + numberKey(message.attempt), signed);
  if (standing.message === signed.message) return standing;
  throw new OracleError(
    'already-signed',
    `another message was signed for epoch ${message.epoch}, attempt ${message.attempt}; wait for the next attempt`,
  );
}

/** What this oracle signed for an attempt, or undefined. */
export const signedAt = (store: Store, epoch: number, attempt: number): Promise<EpochSignature | undefined> =>
  factsOf(store, epoch).read(SIGNED + numberKey(attempt));

/** All that this oracle signed for an epoch, by attempt. */
export const signedFor = (store: Store, epoch: number): Promise<EpochSignature[]> =>
  factsOf(store, epoch).list(SIGNED);

/** A peer's signature whose form, attempt and cryptography hold. */
export interface CheckedSignature {
  readonly oracle: string;
  readonly bytes: Uint8Array;
  readonly message: EpochMessage;
  readonly signature: Uint8Array;
}

/** Checks what an oracle says it signed. @returns undefined unless it is a valid signature by that oracle. */
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
