import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { OracleEvents } from '../runtime/events';
import type { Oracle } from '../runtime/oracle';
import type { TaskSign } from '../runtime/vitals';
import type { TaskRunner } from './ticker';

/** What the thread tells. */
export type ThreadMessage =
  | { readonly event: { readonly [N in keyof OracleEvents]: [N, ...OracleEvents[N]] }[keyof OracleEvents] }
  | { readonly began: { readonly task: string; readonly since: number } }
  | { readonly ended: { readonly task: string; readonly sign: TaskSign } }
  | { readonly ticked: true };
/** What the thread is asked: to run all tasks once, or to end after the task in progress. */
export type ThreadRequest = 'tick' | 'stop';

/** How long to wait before a thread that ended is started again. */
const RESTART_MS = 1_000;
/** The longest that a task in progress may take to end before its thread is stopped. It can be killed at any point. */
const STOP_MS = 30_000;

/**
 * Runs an oracle's tasks in a thread of their own, so that closing an epoch, which computes for as long as a minute with
 * a million devices, holds up no request. The thread opens the oracle anew from the environment, and shares its
 * database. What happens there is emitted and watched here. A thread that fails, also for want of memory, is started
 * again and takes nothing else with it.
 */
export class TaskThread implements TaskRunner {
  private worker: Worker | undefined;
  private stopped = false;
  private ticked: Promise<void> | undefined;
  private endTick: () => void = () => undefined;

  /** @param environment the settings that `oracle` was opened with */
  constructor(
    private readonly oracle: Oracle,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.start();
  }

  run(): Promise<void> {
    this.ticked ??= new Promise((resolve) => {
      this.endTick = resolve;
      this.ask('tick');
    });
    return this.ticked;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const { worker } = this;
    if (!worker) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.ask('stop');
    const waited = new AbortController();
    const tooLong = pause(STOP_MS, undefined, { signal: waited.signal })
      .then(() => worker.terminate())
      .catch(() => undefined);
    await Promise.race([ended, tooLong]);
    waited.abort();
  }

  private ask(request: ThreadRequest): void {
    this.worker?.postMessage(request);
  }

  private start(): void {
    // A worker doesn't inherit the hook that lets this thread load TypeScript.
    const files = [require.resolve('tsx/cjs'), require.resolve('./thread-main')];
    const worker = new Worker(files.map((file) => `require(${JSON.stringify(file)});`).join('\n'), {
      eval: true,
      env: this.environment,
    });
    this.worker = worker;
    let failure: string | undefined;
    worker.on('message', (message: ThreadMessage) => void this.take(message));
    worker.on('error', (error) => {
      failure = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.worker = undefined;
      this.finishTick();
      this.oracle.vitals.note({ running: null });
      if (this.stopped) return;
      const message = `the tasks' thread ended${failure === undefined ? '' : `: ${failure}`}; it is started again`;
      this.oracle.events.emit('failed', { task: 'thread', code: 'thread-ended', message });
      setTimeout(() => !this.stopped && this.start(), RESTART_MS);
    });
  }

  private async take(message: ThreadMessage): Promise<void> {
    const { events, vitals, registry } = this.oracle;
    if ('event' in message) {
      const [name, ...values] = message.event;
      events.emit(name, ...(values as never));
    } else if ('began' in message) vitals.note({ running: message.began });
    else if ('ended' in message) {
      vitals.note({ running: null, ...message.ended });
      // Requests must know the devices that it has read.
      if (message.ended.task === 'sync') await registry.refresh().catch(() => undefined);
    } else this.finishTick();
  }

  private finishTick(): void {
    this.ticked = undefined;
    this.endTick();
  }
}
