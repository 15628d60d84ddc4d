import { join } from 'node:path';
import { idlTypes } from './idl-types';
import { type Program, TARGET_FOLDER, TOOLCHAIN_FOLDER } from './paths';
import { cleanEnvironment, pathWith, run, step } from './process';

/** A program's interface in the two forms for clients. */
export interface Interface {
  /** The IDL of spec 0.1.0 as JSON, ending with a line feed. */
  readonly json: string;
  /** A TypeScript module with the IDL's type. */
  readonly types: string;
}

/**
 * Extracts programs' interfaces from their sources: compiles each for the host with its `idl-build` feature and runs
 * the tests that Anchor's macros generate for it.
 *
 * @param nightlyBin the folder of the pinned nightly's `cargo`.
 */
export function buildInterfaces(programs: readonly Program[], nightlyBin: string): Interface[] {
  // Puts the nightly first on PATH instead of using RUSTUP_TOOLCHAIN, which the builder passes to cargo unexpanded.
  const environment = (target: string) =>
    cleanEnvironment({ PATH: pathWith(nightlyBin), CARGO_TARGET_DIR: join(TARGET_FOLDER, target) });
  step('Building the IDL builder', () =>
    run('cargo', ['build', '--locked', '--manifest-path', join(TOOLCHAIN_FOLDER, 'idl/Cargo.toml')], {
      env: environment('toolchain'),
    }),
  );
  return programs.map((program) =>
    step(`Reading the IDL of ${program.name}`, () => {
      const builder = join(TARGET_FOLDER, 'toolchain/debug/commonwire-idl');
      const json = run(builder, [program.folder], { env: environment('toolchain/programs'), capture: true });
      return { json, types: idlTypes(json) };
    }),
  );
}
