import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Adds to a copy of a nightly's `library/` folder what upstream `std` lacks for `target_os = "solana"`.
 *
 * Solana has no upstream port, so each place where `std` chooses by operating system needs an arm: error kinds, thread
 * locals and randomness take that of another target without an operating system, the allocator gets one that refuses
 * everything since a program brings its own, and hash maps get fixed keys.
 *
 * @param library the copy, changed in place; call once.
 * @throws naming the file in which an expected text isn't found, as happens with another nightly than the pinned one.
 */
export function patchStandardLibrary(library: string): void {
  const os = join(library, 'std/src/sys');
  for (const file of ['io/error/mod.rs', 'thread_local/mod.rs', 'random/mod.rs']) {
    edit(join(os, file), [['target_os = "vexos"', 'target_os = "vexos", target_os = "solana"']]);
  }
  edit(join(os, 'alloc/mod.rs'), [
    [VEXOS_ALLOCATOR, SOLANA_ALLOCATOR + VEXOS_ALLOCATOR],
    ['    target_arch = "wasm64",\n', '    target_arch = "wasm64",\n    target_arch = "bpf",\n'],
  ]);
  writeFileSync(join(os, 'alloc/solana.rs'), REFUSING_ALLOCATOR);
  edit(join(library, 'std/src/hash/random.rs'), [[RANDOM_KEYS, FIXED_KEYS]]);
}

type Edit = readonly [search: string | RegExp, replacement: string];

function edit(file: string, edits: readonly Edit[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [search, replacement] of edits) {
    const changed = text.replaceAll(search, () => replacement);
    if (changed === text) throw new Error(`the standard library's ${file} does not contain ${search}`);
    text = changed;
  }
  writeFileSync(file, text);
}

const VEXOS_ALLOCATOR = '    target_os = "vexos" => {\n        mod vexos;';

const SOLANA_ALLOCATOR = `    target_os = "solana" => {
        mod solana;
        use solana as imp;
    }
`;

const REFUSING_ALLOCATOR = `//! Programs install their own global allocator; this one only lets \`std\` compile.
use crate::alloc::Layout;
pub unsafe fn alloc(_layout: Layout) -> *mut u8 { crate::ptr::null_mut() }
pub unsafe fn alloc_zeroed(_layout: Layout) -> *mut u8 { crate::ptr::null_mut() }
pub unsafe fn dealloc(_ptr: *mut u8, _layout: Layout) {}
pub unsafe fn realloc(_ptr: *mut u8, _layout: Layout, _new_size: usize) -> *mut u8 { crate::ptr::null_mut() }
`;

/** The body of \`RandomState::new\`: a thread-local pair of keys and its use. */
const RANDOM_KEYS = / {8}thread_local!\(static KEYS[\s\S]*?\n {8}\}\)\n(?= {4}\}\n)/g;

const FIXED_KEYS = `        // SBPF has no writable statics and no entropy: the keys are fixed.
        RandomState { k0: 0, k1: 0 }
`;
