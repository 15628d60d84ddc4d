import { Worker } from 'node:worker_threads';
import { concat, type SignatureCheck, u8, u16, verifySignature } from '@commonwire/sdk/core';
import type { Progress } from './progress';

/** From so many signatures on a thread of their own is worth its start. */
const MANY = 5_000;
/** Signatures handed over at once. */
const BATCH = 1_000;

/** What a verifying thread answers to each batch: how many of it are valid. */
export type Verified = number;

/** Verifies the signatures of an epoch's reports strictly, beside whatever else is done. */
export interface Verifier {
  /** True at once where another thread verifies: believe nothing before {@link allValid}. */
  readonly verify: (check: SignatureCheck) => boolean;
  /** Whether all that was assumed to be valid is; if not, all must be verified again one by one. */
  allValid(): Promise<boolean>;
}

/** Verifies here, or on another thread where there are many signatures. */
export const startVerifier = (total: number, progress: Progress): Verifier =>
  total < MANY ? verifyHere(total, progress) : verifyBeside(total, progress);

/** Verifies each signature when it is asked for. */
export function verifyHere(total: number, progress: Progress): Verifier {
  let done = 0;
  return {
    verify: (check) => {
      done += 1;
      progress(() => describe(done, total));
      return verifySignature(check);
    },
    allValid: async () => true,
  };
}

function verifyBeside(total: number, progress: Progress): Verifier {
  // A thread doesn't inherit what lets this one run TypeScript.
  const files = [require.resolve('tsx/cjs'), require.resolve('./verify-worker')];
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
      // What the thread answers is heard only once the epoch is closed again.
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

const describe = (done: number, total: number): string =>
  `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} signatures verified`;

/** `key_type u8 | key_len u8 | signature_len u8 | message_len u16 | key | signature | message`. */
const pack = ({ keyType, publicKey, signature, message }: SignatureCheck): Uint8Array =>
  concat(
    ...[keyType, publicKey.length, signature.length].map(u8),
    u16(message.length),
    ...[publicKey, signature, message],
  );
