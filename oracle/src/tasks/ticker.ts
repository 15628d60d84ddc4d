import type { Oracle } from '../runtime/oracle';
import { runTask, type TaskName, taskNames } from './tasks';

/** Runs an oracle's tasks, in this thread or another. */
export interface TaskRunner {
  /** Runs all tasks once, in order, or waits for the tick in progress. Failures are emitted as events. */
  run(): Promise<void>;
  /** Waits for the task in progress; no other begins. */
  stop(): Promise<void>;
}

/** Runs the tasks one after another, never two ticks at once. */
export class Ticker implements TaskRunner {
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /**
   * @param pauseMs milliseconds between ticks; if absent, only {@link run} runs tasks
   * @param runOne runs one task
   */
  constructor(
    oracle: Oracle,
    private readonly pauseMs: number | undefined,
    private readonly runOne: (name: TaskName) => Promise<void> = (name) => runTask(oracle, name),
  ) {
    if (pauseMs !== undefined) this.timer = setTimeout(() => this.run(), 0);
  }

  run(): Promise<void> {
    this.running ??= this.runAll().finally(() => {
      this.running = undefined;
      if (this.pauseMs !== undefined && !this.stopped)
        this.timer = setTimeout(() => this.run(), this.pauseMs);
    });
    return this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async runAll(): Promise<void> {
    for (const task of taskNames) if (!this.stopped) await this.runOne(task);
  }
}
