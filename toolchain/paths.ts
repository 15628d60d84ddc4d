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

/** Where one program lies and where what is built from it goes; all paths are absolute. */
export interface Program {
  /** Name of the package, its folder and its library. */
  readonly name: string;
  readonly folder: string;
  /** The binary of the last build, by either way. */
  readonly binary: string;
  /** The IDL of the last build. */
  readonly idl: string;
  /** The pinned way's binary, committed. */
  readonly prebuilt: string;
  /** Copy of the IDL for the SDK, committed. */
  readonly sdkIdl: string;
  /** TypeScript type of the IDL for the SDK, committed. */
  readonly sdkTypes: string;
}

/** The folder kept between builds and shared by all checkouts, `COMMONWIRE_CACHE` or `~/.cache/commonwire`. */
export function cacheFolder(): string {
  return resolve(process.env.COMMONWIRE_CACHE || join(homedir(), '.cache/commonwire'));
}

/**
 * The workspace's programs, by name: each folder of `programs/` that has a `Cargo.toml`.
 *
 * @param only names to keep; none means all.
 * @throws if one of `only` is no program.
 */
export function findPrograms(only: readonly string[] = []): Program[] {
  const all = readdirSync(join(ROOT, 'programs'))
    .filter((name) => existsSync(join(ROOT, 'programs', name, 'Cargo.toml')))
    .sort();
  const unknown = only.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no such program: ${unknown.join(', ')} (there are: ${all.join(', ')})`);
  }
  return (only.length > 0 ? all.filter((name) => only.includes(name)) : all).map(programNamed);
}

function programNamed(name: string): Program {
  return {
    name,
    folder: join(ROOT, 'programs', name),
    binary: join(TARGET_FOLDER, 'deploy', `${name}.so`),
    idl: join(TARGET_FOLDER, 'idl', `${name}.json`),
    prebuilt: prebuilt(name),
    sdkIdl: join(ROOT, 'app/sdk/src/generated', `${name}.json`),
    sdkTypes: join(ROOT, 'app/sdk/src/generated', `${name}.ts`),
  };
}
