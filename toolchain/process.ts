import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths';

/** How {@link run} starts a command. */
export interface RunOptions {
  /** The command's whole environment; {@link cleanEnvironment} if left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** Return what the command prints on standard output instead of showing it. */
  readonly capture?: boolean;
}

/** Variables that change what rustc or cargo makes of the same sources, so that a build must not inherit them. */
const BUILD_VARIABLES =
  /^(RUSTFLAGS|RUSTC.*|RUSTDOC.*|RUSTUP_TOOLCHAIN|CARGO_ENCODED_RUSTFLAGS|CARGO_INCREMENTAL|CARGO_(BUILD|PROFILE|TARGET|UNSTABLE)_.*)$/;

/** This process's environment less what would make builds differ between users, plus `extra`. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !BUILD_VARIABLES.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

/** The value of `PATH` that finds commands in `folders` first. */
export function pathWith(...folders: string[]): string {
  return [...folders, process.env.PATH ?? ''].join(delimiter);
}

/** Whether a command is found on `PATH`. */
export function isOnPath(command: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

/** Whether a file exists and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a command in the repository's root and waits for its end. Its messages are shown as they come.
 *
 * @returns its standard output if `capture` is set, else nothing.
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

/** Says what is being done, does it and says how long it took. */
export function step<T>(what: string, work: () => T): T {
  console.log(`> ${what}`);
  const start = Date.now();
  const result = work();
  console.log(`  done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
