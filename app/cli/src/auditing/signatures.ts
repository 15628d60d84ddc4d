import { Worker } from 'node:worker_threads';
import { concat, type SignatureCheck, u8, u16 } from '@commonwire/sdk/core';
import type { Progress } from './progress';
import { describe, type Verifier, verifyHere } from './verifier';

/** Signatures from which it is worth starting another thread. */
const MANY = 5_000;
/** Signatures sent to the thread in one message. */
const BATCH = 1_000;

/** The worker's answer to a batch: the number of valid signatures in it. */
export type Verified = number;

/** Verifies on this thread, or on another one if there are many signatures. */
export const startVerifier = (total: number, progress: Progress): Verifier =>
  total < MANY ? verifyHere(total, progress) : verifyBeside(total, progress);

function verifyBeside(total: number, progress: Progress): Verifier {
  // A worker doesn't inherit the hook that lets this thread load TypeScript; a bundle needs none.
  const hook = __filename.endsWith('.ts') ? [require.resolve('tsx/cjs')] : [];
  const files = [...hook, require.resolve('./verify-worker')];
  const worker = new Worker(files.map((file) => `require(${JSON.stringify(file)});`).join('\n'), {
    eval: true,
  });
  let [sent, valid, batches, answered] = [0, 0, 0, 0];
  let failed = false;
  let held: Uint8Array[] = [];
  let wake: () => void = () => {};
  worker.on('message', (count: Verified) => {
    valid += count;
    answered += 1;
    progress(() => describe(valid, total));
    wake();
  });
  const fail = (): void => {
    failed = true;
    wake();
  };
  worker.on('error', fail).on('exit', fail);
  const flush = (): void => {
    if (held.length === 0) return;
    const bytes = concat(...held);
    held = [];
    batches += 1;
    worker.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
  };
  return {
    verify: (check) => {
      held.push(pack(check));
      sent += 1;
      if (held.length === BATCH) flush();
      // Closing an epoch is synchronous, so the worker's answers arrive only afterwards.
      progress(() => `${sent.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} reports read`);
      return true;
    },
    allValid: async () => {
      flush();
      await new Promise<void>((resolve) => {
        wake = () => {
          if (failed || answered === batches) resolve();
        };
        wake();
      });
      await worker.terminate();
      return valid === sent;
    },
  };
}

/** `key_type u8 | key_len u8 | signature_len u8 | message_len u16 | key | signature | message`. */
const pack = ({ keyType, publicKey, signature, message }: SignatureCheck): Uint8Array =>
  concat(
    ...[keyType, publicKey.length, signature.length].map(u8),
    u16(message.length),
    ...[publicKey, signature, message],
  );
