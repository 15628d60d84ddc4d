import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './files';
import { type Program, TARGET_FOLDER, TOOLCHAIN_FOLDER } from './paths';
import { cleanEnvironment, pathWith, run, step } from './process';
import { assembleSysroot } from './sysroot';
import type { PinnedTools } from './tools';

/** Builds programs with `cargo build-sbf` from the Solana tools, which writes `target/deploy/<name>.so` itself. */
export function buildWithSolanaTools(programs: readonly Program[]): void {
  for (const program of programs) {
    const manifest = join(program.folder, 'Cargo.toml');
    step(`Building ${program.name} with cargo build-sbf`, () =>
      // SBPF v3, as in the pinned build; validators are dropping the default, v0.
      run('cargo', ['build-sbf', '--arch', 'v3', '--manifest-path', manifest, '--', '--locked']),
    );
  }
}

/**
 * Builds programs with the pinned nightly and linker.
 *
 * The same sources and `Cargo.lock` give the same bytes on all machines of the same kind (x86-64 Linux for the
 * committed binaries): cargo gets no environment variable that affects code generation, and no path gets into the
 * binary.
 */
export function buildPinned(programs: readonly Program[], tools: PinnedTools): void {
  const own = programs.filter((program) => !program.hosted);
  const env = pinnedEnvironment(tools);
  const cargo = (names: readonly string[], args: readonly string[]) =>
    step(`Building ${names.join(', ')} with the pinned tools`, () =>
      run(join(tools.nightlyBin, 'cargo'), [...PINNED_ARGUMENTS, ...args], { env }),
    );
  const names = own.map((program) => program.name);
  if (own.length > 0)
    cargo(
      names,
      names.flatMap((name) => ['--package', name]),
    );
  for (const { name, folder } of programs.filter((program) => program.hosted)) {
    cargo(
      [name],
      ['--manifest-path', join(folder, 'Cargo.toml'), '--config', join(folder, 'cargo-config.toml')],
    );
  }
  for (const program of programs) {
    writeWhole(
      program.binary,
      readFileSync(join(TARGET_FOLDER, `sbpf-solana/release/lib${program.name}.so`)),
    );
  }
}

const PINNED_ARGUMENTS = [
  'build',
  '--release',
  '--locked',
  ...['--target', join(TOOLCHAIN_FOLDER, 'sbpf-solana.json')],
  ...['--config', join(TOOLCHAIN_FOLDER, 'cargo-config.toml')],
  ...['--target-dir', TARGET_FOLDER],
];

function pinnedEnvironment(tools: PinnedTools): NodeJS.ProcessEnv {
  return cleanEnvironment({
    PATH: pathWith(tools.nightlyBin, tools.linkerBin),
    RUSTC: assembleSysroot(tools),
    // Lets crates use `std` for a target without an upstream port without enabling a feature in each of them.
    RUSTC_BOOTSTRAP_SYNTHETIC_TARGET: '1',
  });
}
