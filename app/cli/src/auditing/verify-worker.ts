/** A worker that verifies signatures: receives batches made by `pack` and answers with the number of valid ones. */
import { parentPort } from 'node:worker_threads';
import { type SignatureCheck, verifySignature } from '@commonwire/sdk/core/signatures';
// Only types, and only what verifies: a worker loads everything that it imports once more.
import type { Verified } from './signatures';

/** Unpacks the signatures of a batch. */
function* unpack(batch: Uint8Array): Generator<SignatureCheck> {
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    return batch.subarray(at - length, at);
  };
  const byte = (): number => take(1)[0]!;
  while (at < batch.length) {
    const [keyType, key, signature] = [byte(), byte(), byte()];
    const message = byte() + 256 * byte();
    yield { keyType, publicKey: take(key), signature: take(signature), message: take(message) };
  }
}

parentPort?.on('message', (batch: Uint8Array) => {
  let valid: Verified = 0;
  for (const check of unpack(batch)) if (verifySignature(check)) valid += 1;
  parentPort?.postMessage(valid);
});
