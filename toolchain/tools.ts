import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolderWhole } from './files';
import { cacheFolder, TOOLCHAIN_FOLDER } from './paths';
import { cleanEnvironment, isExecutable, isOnPath, pathWith, run, step } from './process';
import { patchStandardLibrary } from './std-patch';
import { NIGHTLY, SBPF_LINKER_VERSION } from './versions';

/** Absolute paths of the pinned tools' folders. */
export interface PinnedTools {
  /** The folder of the nightly's own `cargo` and `rustc`, not rustup's proxies. */
  readonly nightlyBin: string;
  /** The folder of `sbpf-linker`. */
  readonly linkerBin: string;
  /** The patched `library/`, for cargo's `build-std`. */
  readonly library: string;
}

/**
 * Installs the pinned nightly with its sources if necessary.
 *
 * @returns the folder of its `cargo`.
 * @throws if rustup is missing or can't install it.
 */
export function ensureNightly(): string {
  if (!isOnPath('rustup')) {
    throw new Error(
      'rustup is not installed. Install it from https://rustup.rs (or your package manager), then run this again; ' +
        `Rust ${NIGHTLY} is installed automatically. You also need a C compiler (Debian: apt install build-essential).`,
    );
  }
  if (!isNightlyInstalled()) {
    step(`Installing Rust ${NIGHTLY} with its sources`, () =>
      run('rustup', [
        'toolchain',
        'install',
        NIGHTLY,
        '--profile',
        'minimal',
        '--component',
        'rust-src',
        '--no-self-update',
      ]),
    );
  }
  return dirname(run('rustup', ['which', '--toolchain', NIGHTLY, 'cargo'], { capture: true }).trim());
}

/**
 * Installs everything that the pinned build needs, unless it is installed already.
 *
 * @throws if a tool can't be installed, or the patch doesn't fit the nightly's standard library.
 */
export function ensurePinnedTools(): PinnedTools {
  const nightlyBin = ensureNightly();
  return { nightlyBin, linkerBin: ensureLinker(nightlyBin), library: ensurePatchedLibrary(nightlyBin) };
}

function isNightlyInstalled(): boolean {
  const toolchains = run('rustup', ['toolchain', 'list'], { capture: true }).split('\n');
  if (!toolchains.some((line) => line.startsWith(`${NIGHTLY}-`))) return false;
  const components = ['component', 'list', '--toolchain', NIGHTLY, '--installed'];
  return run('rustup', components, { capture: true }).includes('rust-src');
}

function ensureLinker(nightlyBin: string): string {
  const root = join(cacheFolder(), `sbpf-linker-${SBPF_LINKER_VERSION}`);
  const bin = join(root, 'bin');
  if (!isExecutable(join(bin, 'sbpf-linker'))) {
    // A folder without the binary is left over from an incomplete manual installation.
    rmSync(root, { recursive: true, force: true });
    step(`Installing sbpf-linker ${SBPF_LINKER_VERSION} into ${root} (one to two minutes, once)`, () =>
      makeFolderWhole(root, (temporary) => {
        const install = [
          'install',
          'sbpf-linker',
          '--version',
          SBPF_LINKER_VERSION,
          '--locked',
          '--no-track',
        ];
        // Puts the nightly first on PATH, so that rustup doesn't look for the toolchain named in the linker's sources.
        run('cargo', [...install, '--root', temporary], {
          env: cleanEnvironment({ PATH: pathWith(nightlyBin) }),
        });
      }),
    );
  }
  return bin;
}

/**
 * Creates the patched copy. Its folder is named after the nightly and the patch, so changing either makes a new one.
 */
function ensurePatchedLibrary(nightlyBin: string): string {
  const patch = createHash('sha256')
    .update(readFileSync(join(TOOLCHAIN_FOLDER, 'std-patch.ts')))
    .digest('hex');
  const folder = join(cacheFolder(), `rust-std-${NIGHTLY}-${patch.slice(0, 12)}`);
  if (!existsSync(folder)) {
    step(`Copying and patching the standard library into ${folder}`, () =>
      makeFolderWhole(folder, (temporary) => {
        const library = join(temporary, 'library');
        cpSync(join(nightlyBin, '../lib/rustlib/src/rust/library'), library, { recursive: true });
        patchStandardLibrary(library);
      }),
    );
  }
  return join(folder, 'library');
}
