import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { prebuilt } from './prebuilt';

/** The repository's root. */
export const ROOT = resolve(__dirname, '..');

/** This folder, `toolchain`. */
export const TOOLCHAIN_FOLDER = __dirname;

/** Cargo's output folder for every build of the repository. */
export const TARGET_FOLDER = join(ROOT, 'target');

/** A program's folder and the paths of its build output, all absolute. */
export interface Program {
  /** The name of the package, its folder and its library. */
  readonly name: string;
  readonly folder: string;
  /**
   * Whether it is published by others and only hosted here: a workspace of its own, with a lock file and flags for the
   * pinned build in its folder. It has no IDL.
   */
  readonly hosted: boolean;
  /** The binary of the last build, with either tools. */
  readonly binary: string;
  /** The IDL of the last build. */
  readonly idl: string;
  /** The committed binary of the pinned build. */
  readonly prebuilt: string;
  /** The committed copy of the IDL for the SDK. */
  readonly sdkIdl: string;
  /** The committed TypeScript type of the IDL for the SDK. */
  readonly sdkTypes: string;
}

/** The cache folder that all checkouts share: `COMMONWIRE_CACHE` or `~/.cache/commonwire`. */
export function cacheFolder(): string {
  return resolve(process.env.COMMONWIRE_CACHE || join(homedir(), '.cache/commonwire'));
}

/**
 * Returns the repository's programs ordered by name: each folder in `programs/` that has a `Cargo.toml`.
 *
 * @param only the programs to return; all if empty.
 * @throws if one of `only` isn't a program.
 */
export function findPrograms(only: readonly string[] = []): Program[] {
  const all = readdirSync(join(ROOT, 'programs'))
    .filter((name) => existsSync(join(ROOT, 'programs', name, 'Cargo.toml')))
    .sort();
  const unknown = only.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no such program: ${unknown.join(', ')} (programs: ${all.join(', ')})`);
  }
  return (only.length > 0 ? all.filter((name) => only.includes(name)) : all).map(programNamed);
}

function programNamed(name: string): Program {
  const folder = join(ROOT, 'programs', name);
  return {
    name,
    folder,
    hosted: existsSync(join(folder, 'Cargo.lock')),
    binary: join(TARGET_FOLDER, 'deploy', `${name}.so`),
    idl: join(TARGET_FOLDER, 'idl', `${name}.json`),
    prebuilt: prebuilt(name),
    sdkIdl: join(ROOT, 'app/sdk/src/generated', `${name}.json`),
    sdkTypes: join(ROOT, 'app/sdk/src/generated', `${name}.ts`),
  };
}
