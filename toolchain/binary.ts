import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './files';
import { type Program, TARGET_FOLDER, TOOLCHAIN_FOLDER } from './paths';
import { cleanEnvironment, pathWith, run, step } from './process';
import { assembleSysroot } from './sysroot';
import type { PinnedTools } from './tools';

/** Builds programs with the Solana tools' `cargo build-sbf`, which writes `target/deploy/<name>.so` itself. */
export function buildWithSolanaTools(programs: readonly Program[]): void {
  for (const program of programs) {
    const manifest = join(program.folder, 'Cargo.toml');
    step(`Building ${program.name} with cargo build-sbf`, () =>
      // SBPF v3 as the pinned way builds it; the default, v0, is on its way out of the validators.
      run('cargo', ['build-sbf', '--arch', 'v3', '--manifest-path', manifest, '--', '--locked']),
    );
  }
}

/**
 * Builds programs with the pinned nightly and linker.
 *
 * The same sources and `Cargo.lock` give the same bytes on all machines of one kind (the committed ones: x86-64 Linux):
 * nothing of the caller's environment that changes code generation reaches cargo, and no path reaches the binary.
 */
export function buildPinned(programs: readonly Program[], tools: PinnedTools): void {
  const names = programs.map((program) => program.name);
  step(`Building ${names.join(', ')} with the pinned tools`, () =>
    run(join(tools.nightlyBin, 'cargo'), pinnedArguments(names), { env: pinnedEnvironment(tools) }),
  );
  for (const program of programs) {
    writeWhole(
      program.binary,
      readFileSync(join(TARGET_FOLDER, `sbpf-solana/release/lib${program.name}.so`)),
    );
  }
}

function pinnedArguments(names: readonly string[]): string[] {
  return [
    'build',
    '--release',
    '--locked',
    ...['--target', join(TOOLCHAIN_FOLDER, 'sbpf-solana.json')],
    ...['--config', join(TOOLCHAIN_FOLDER, 'cargo-config.toml')],
    ...['--target-dir', TARGET_FOLDER],
    ...names.flatMap((name) => ['--package', name]),
  ];
}

function pinnedEnvironment(tools: PinnedTools): NodeJS.ProcessEnv {
  return cleanEnvironment({
    PATH: pathWith(tools.nightlyBin, tools.linkerBin),
    RUSTC: assembleSysroot(tools),
    // Lets a target without an upstream port use `std` without a feature gate in every crate.
    RUSTC_BOOTSTRAP_SYNTHETIC_TARGET: '1',
  });
}
