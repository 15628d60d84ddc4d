import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths';

/** Options of {@link run}. */
export interface RunOptions {
  /** The command's whole environment; {@link cleanEnvironment} if absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Return the command's standard output instead of showing it. */
  readonly capture?: boolean;
}

/** Variables that change the output of rustc or cargo for the same sources, so builds must not inherit them. */
const BUILD_VARIABLES =
  /^(RUSTFLAGS|RUSTC.*|RUSTDOC.*|RUSTUP_TOOLCHAIN|CARGO_ENCODED_RUSTFLAGS|CARGO_INCREMENTAL|CARGO_(BUILD|PROFILE|TARGET|UNSTABLE)_.*)$/;

/** Returns this process's environment without variables that would make builds differ between users, plus `extra`. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !BUILD_VARIABLES.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Returns a value for `PATH` that finds commands in `folders` first. */
export function pathWith(...folders: string[]): string {
  return [...folders, process.env.PATH ?? ''].join(delimiter);
}

/** Whether a command is on `PATH`. */
export function isOnPath(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

/** Whether a file exists and is executable. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a command in the repository's root and waits until it exits. Its messages are shown as they are printed.
 *
 * @returns its standard output if `capture` is set, otherwise an empty string.
 * @throws if it can't be started, fails or is stopped by a signal.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): string {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    env: options.env ?? cleanEnvironment(),
    stdio: ['ignore', options.capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    const how = result.signal ? `was stopped by ${result.signal}` : `failed with exit code ${result.status}`;
    throw new Error(`${command} ${args.slice(0, 2).join(' ')} ... ${how}; its messages are above`);
  }
  return result.stdout ?? '';
}

/** Does some work, printing what it is before and how long it took after. */
export function step<T>(what: string, work: () => T): T {
  console.log(`> ${what}`);
  const start = Date.now();
  const result = work();
  console.log(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
