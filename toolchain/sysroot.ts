import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { linkWhole, writeWhole } from './files';
import { TARGET_FOLDER } from './paths';
import type { PinnedTools } from './tools';

/**
 * Assembles a Rust sysroot from links to the pinned nightly, with the patched sources of the standard library.
 *
 * Cargo's `build-std` then finds the patched sources in the usual place, with paths inside a sysroot. This makes the
 * bytes the same everywhere: cargo hashes other absolute paths into symbol names, and symbol names affect the order of
 * a binary's constants.
 *
 * @returns the path of its `rustc`, for cargo's `RUSTC`.
 */
export function assembleSysroot({ nightlyBin, library }: PinnedTools): string {
  const sysroot = join(TARGET_FOLDER, 'sbpf-sysroot');
  const rustlib = join(nightlyBin, '../lib/rustlib');
  for (const entry of readdirSync(rustlib)) {
    if (entry !== 'src') linkWhole(join(sysroot, 'lib/rustlib', entry), join(rustlib, entry));
  }
  linkWhole(join(sysroot, 'lib/rustlib/src/rust/library'), library);
  const rustc = join(sysroot, 'bin/rustc');
  writeWhole(
    rustc,
    `#!/bin/sh\nexec ${quoted(join(nightlyBin, 'rustc'))} --sysroot ${quoted(sysroot)} "$@"\n`,
  );
  chmodSync(rustc, 0o755);
  return rustc;
}

/** Quotes a string as one word of a shell script. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
