import { Worker } from 'node:worker_threads';
import { DomainError, type Judged, type Plan, type ShardRun, type Written } from '../../domain/index';
import type { KeepPart, ShardWorkers, WriteRequest } from './workers';

/** What a thread is asked. It gets one request at a time. */
export type ShardRequest =
  | { readonly judge: readonly ShardRun[] }
  | { readonly write: WriteRequest; readonly runs: readonly ShardRun[] }
  | { readonly kept: true };
/** What a thread answers. Every part has to be acknowledged with `kept`. */
export type ShardAnswer =
  | { readonly judged: Judged }
  | { readonly written: Written }
  | { readonly part: { readonly sha256: string; readonly compressed: Uint8Array } }
  | { readonly failed: { readonly code: string | undefined; readonly message: string } };

/**
 * Judges and writes in threads that share the plan's memory. Which thread gets which shard makes no difference to the
 * outcome. A thread that fails, also for want of memory, fails the close and nothing else.
 */
export function threadedWorkers(plan: Plan, threads: number): ShardWorkers {
  const all = Array.from({ length: threads }, () => new ShardThread(plan));
  const inTurn = async <T, R>(items: readonly T[], each: (thread: ShardThread, item: T) => Promise<R>) => {
    const results = new Array<R>(items.length);
    let next = 0;
    await Promise.all(
      all.map(async (thread) => {
        while (next < items.length) {
          const i = next++;
          results[i] = await each(thread, items[i]!);
        }
      }),
    );
    return results;
  };
  return {
    judge: (count, read) =>
      inTurn([...Array(count).keys()], async (thread, shard) => thread.judge(await read(shard))),
    write: (requests, read, keep) =>
      inTurn(requests, async (thread, request) => thread.write(request, await read(request.shard), keep)),
    stop: async () => void (await Promise.all(all.map((thread) => thread.stop()))),
  };
}

class ShardThread {
  private readonly worker: Worker;
  private answered: ((answer: ShardAnswer) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;
  private failure: Error | undefined;

  constructor(plan: Plan) {
    // A worker doesn't inherit the hook that lets this thread load TypeScript.
    const files = [require.resolve('tsx/cjs'), require.resolve('./thread-main')];
    this.worker = new Worker(files.map((file) => `require(${JSON.stringify(file)});`).join('\n'), {
      eval: true,
      workerData: plan,
    });
    this.worker.on('message', (answer: ShardAnswer) => this.answered?.(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('a thread that computes shards ended')));
  }

  async judge(runs: readonly ShardRun[]): Promise<Judged> {
    return (await this.ask({ judge: runs }, (answer) => ('judged' in answer ? answer.judged : undefined)))!;
  }

  async write(request: WriteRequest, runs: readonly ShardRun[], keep: KeepPart): Promise<Written> {
    return this.ask({ write: request, runs }, (answer) => {
      if ('part' in answer) {
        const { sha256, compressed } = answer.part;
        keep(sha256, compressed).then(
          () => this.worker.postMessage({ kept: true } satisfies ShardRequest),
          (error: Error) => this.fail(error),
        );
      }
      return 'written' in answer ? answer.written : undefined;
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  /** @param take returns the last answer's content, and undefined for others */
  private ask<T>(request: ShardRequest, take: (answer: ShardAnswer) => T | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.failed = reject;
      this.answered = (answer) => {
        if ('failed' in answer) {
          const { code, message } = answer.failed;
          return reject(code === undefined ? new Error(message) : new DomainError(code, message));
        }
        const taken = take(answer);
        if (taken !== undefined) resolve(taken);
      };
      this.worker.postMessage(request);
    });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.failed?.(this.failure);
  }
}
