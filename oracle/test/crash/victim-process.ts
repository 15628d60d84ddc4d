import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CLOCK, DIE_AT, type FromVictim, type ToVictim } from './messages';

const ROOT = join(__dirname, '../../..');

/** Bundles the victim's program into a folder: it starts many times, and a bundle starts in a fraction of the time. */
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

/** The victim's process. Killed at a point it is started again, to be killed at the next; after the last without one. */
export class VictimProcess {
  /** Points it came by, in order. */
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

  /** Does one thing with the victim; again and again as long as the victim is killed on the way. */
  async survive<T>(time: number, act: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.start(time);
      const done = act().then(
        (value) => ({ value }),
        // A connection breaks before its process is known to have ended.
        async (error: unknown) => {
          if (this.ahead.length === 0) throw error;
          await this.ended;
        },
      );
      const result = await Promise.race([done, this.ended.then(() => undefined)]);
      if (result) return result.value;
    }
  }

  /** One round of its tasks. */
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
      else throw new Error(`the victim ended by itself, with code ${code}`);
    });
    // Told by whoever waits for it; nobody may be.
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
