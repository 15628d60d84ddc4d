import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@commonwire/localnet';
import { OracleClient } from '@commonwire/sdk/oracle';
import type { Keypair } from '@solana/web3.js';

const MAIN = join(__dirname, '../../src/main.ts');

/** A line printed by an oracle. */
export interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** An oracle in a separate process, which can be killed and restarted on its folder. */
export class OracleProcess {
  readonly lines: Line[] = [];
  private child: ChildProcess | undefined;

  private constructor(
    readonly key: Keypair,
    readonly client: OracleClient,
    private readonly environment: Record<string, string>,
  ) {}

  /** Changes settings from its next start on. */
  set(settings: Record<string, string>): void {
    Object.assign(this.environment, settings);
  }

  /** Its environment variables. */
  get settings(): Readonly<Record<string, string>> {
    return this.environment;
  }

  /** The folder with its records. */
  get data(): string {
    return this.environment.COMMONWIRE_DATA!;
  }

  /** Runs one of its commands, such as `backup`, and returns the exit status and what was printed. */
  async command(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
      env: { ...process.env, ...this.environment },
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...output };
  }

  /** Writes the key files and settings of oracles that are each other's peers, without starting them. */
  static async prepare(
    oracles: readonly Keypair[],
    shared: Record<string, string>,
    payer: Keypair,
  ): Promise<OracleProcess[]> {
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-processes-'));
    const payerFile = await keyFile(folder, 'payer', payer);
    const urls: string[] = [];
    for (const _ of oracles) urls.push(`http://127.0.0.1:${await freePort()}`);
    return Promise.all(
      oracles.map(async (oracle, i) => {
        const environment = {
          ...shared,
          COMMONWIRE_ORACLE_KEY: await keyFile(folder, `oracle-${i}`, oracle),
          COMMONWIRE_PAYER_KEY: payerFile,
          COMMONWIRE_DATA: join(folder, String(i)),
          COMMONWIRE_PORT: new URL(urls[i]!).port,
          COMMONWIRE_PEERS: urls.filter((_, peer) => peer !== i).join(','),
        };
        return new OracleProcess(oracle, new OracleClient(urls[i]!), environment);
      }),
    );
  }

  /** Starts the process and returns once it is listening. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
      env: { ...process.env, ...this.environment, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const errors: string[] = [];
    createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line));
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the oracle exited: ${errors.join('\n')}`)));
      createInterface({ input: child.stdout! }).on('line', (text) => {
        const line = JSON.parse(text) as Line;
        this.lines.push(line);
        if (line.event === 'listening') resolve();
      });
    });
  }

  /** Ends the process with a signal and waits until it has exited. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  /** Waits until it has exited by itself. */
  async exited(): Promise<number | null> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  events(name: string): Line[] {
    return this.lines.filter(({ event }) => event === name);
  }
}

async function keyFile(folder: string, name: string, key: Keypair): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify([...key.secretKey]), { mode: 0o600 });
  return path;
}
