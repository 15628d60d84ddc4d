import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { patchStandardLibrary } from '../std-patch';

/** The texts that the patch looks for in each file, with their context. */
const SOURCES: Record<string, string> = {
  'sys/io/error/mod.rs': 'any(target_os = "vexos", target_family = "wasm") => {}\n',
  'sys/thread_local/mod.rs': 'any(\n    target_os = "vexos",\n)\nany(\n    target_os = "vexos",\n)\n',
  'sys/random/mod.rs': '    target_os = "vexos",\n',
  'sys/alloc/mod.rs':
    '    target_arch = "wasm64",\n    target_os = "vexos" => {\n        mod vexos;\n        use vexos as imp;\n    }\n',
  'hash/random.rs': `impl RandomState {
    pub fn new() -> RandomState {
        // Historically ...
        thread_local!(static KEYS: Cell<(u64, u64)> = {
            Cell::new(hashmap_random_keys())
        });

        KEYS.with(|keys| {
            RandomState { k0, k1 }
        })
    }
}
`,
};

describe('patchStandardLibrary', () => {
  let library: string;
  const read = (file: string) => readFileSync(join(library, 'std/src', file), 'utf8');
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(library, 'std/src', file)), { recursive: true });
    writeFileSync(join(library, 'std/src', file), text);
  };

  beforeEach(() => {
    library = mkdtempSync(join(tmpdir(), 'commonwire-std-'));
    for (const [file, text] of Object.entries(SOURCES)) write(file, text);
  });
  afterEach(() => rmSync(library, { recursive: true }));

  it('adds a Solana arm to every choice by operating system', () => {
    patchStandardLibrary(library);
    expect(read('sys/io/error/mod.rs')).to.contain(
      'any(target_os = "vexos", target_os = "solana", target_family',
    );
    expect(read('sys/thread_local/mod.rs').match(/target_os = "solana"/g)).to.have.length(2);
    expect(read('sys/alloc/mod.rs')).to.match(/^ {4}target_arch = "bpf",$/m);
    expect(read('sys/alloc/mod.rs')).to.contain('mod solana;\n        use solana as imp;');
    expect(read('sys/alloc/solana.rs')).to.contain('pub unsafe fn alloc(');
  });

  it('replaces the random keys of hash maps with fixed ones', () => {
    patchStandardLibrary(library);
    expect(read('hash/random.rs')).to.equal(`impl RandomState {
    pub fn new() -> RandomState {
        // Historically ...
        // SBPF has no writable statics and no entropy: the keys are fixed.
        RandomState { k0: 0, k1: 0 }
    }
}
`);
  });

  for (const file of Object.keys(SOURCES)) {
    it(`error: names ${file} if its content is unexpected`, () => {
      write(file, '// another nightly\n');
      expect(() => patchStandardLibrary(library)).to.throw(join('std/src', file));
    });
  }
});
