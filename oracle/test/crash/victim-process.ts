import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CLOCK, DIE_AT, type FromVictim, type ToVictim } from './messages';

const ROOT = join(__dirname, '../../..');

/** Bundles the victim's program into a folder. It is started many times, and a bundle starts much faster. */
export async function bundleVictim(folder: string): Promise<string> {
  const outfile = join(folder, 'victim.js');
  await build({
    entryPoints: [join(__dirname, 'victim.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['sodium-native', 'dynalite'],
    logLevel: 'warning',
  });
  return outfile;
}

/** The victim's process. After each kill it is started again, to be killed at the next point if there is one. */
export class VictimProcess {
  /** The points that it passed, in order. */
  readonly points: string[] = [];
  readonly failures: string[] = [];
  deaths = 0;
  private readonly ahead: string[];
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly program: string,
    private readonly environment: Record<string, string>,
    deaths: readonly string[],
  ) {
    this.ahead = [...deaths];
  }

  /** Does something with the victim, and repeats it each time the victim is killed meanwhile. */
  async survive<T>(time: number, act: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.start(time);
      const done = act().then(
        (value) => ({ value }),
        // A connection breaks before the exit of its process is known.
        async (error: unknown) => {
          if (this.ahead.length === 0) throw error;
          await this.ended;
        },
      );
      const result = await Promise.race([done, this.ended.then(() => undefined)]);
      if (result) return result.value;
    }
  }

  /** Runs its tasks once. */
  tick(time: number): Promise<void> {
    return this.survive(time, async () => {
      this.child!.send({ tick: time } satisfies ToVictim);
      await this.message('ticked');
    });
  }

  async stop(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  private async start(time: number): Promise<void> {
    if (this.child) return;
    const env = {
      ...process.env,
      NODE_PATH: join(ROOT, 'node_modules'),
      NODE_NO_WARNINGS: '1',
      ...this.environment,
      [CLOCK]: String(time),
      ...(this.ahead[0] === undefined ? {} : { [DIE_AT]: this.ahead[0] }),
    };
    const child = fork(this.program, { env, execArgv: [] });
    this.child = child;
    child.on('message', (message: FromVictim) => {
      if (message.type === 'point') this.points.push(message.point);
      if (message.type === 'failed') this.failures.push(`${message.task}: ${message.message}`);
    });
    this.ended = once(child, 'exit').then(([code, signal]) => {
      this.child = undefined;
      this.ahead.shift();
      if (signal === 'SIGKILL') this.deaths++;
      else throw new Error(`the victim exited on its own with code ${code}`);
    });
    // Handled by whoever waits for it; there may be no one.
    this.ended.catch(() => undefined);
    await Promise.race([this.message('listening'), this.ended]);
    if (!this.child) await this.start(time);
  }

  private async message(type: FromVictim['type']): Promise<void> {
    const child = this.child!;
    await new Promise<void>((resolve) => {
      const listen = (message: FromVictim) => {
        if (message.type !== type) return;
        child.off('message', listen);
        resolve();
      };
      child.on('message', listen);
    });
  }
}
