import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, TARGET_FOLDER } from '../paths';
import { cleanEnvironment, pathWith, run, runMain, step } from '../process';
import { ensureNightly } from '../tools';

const USAGE = `npm run fuzz -- [TARGET ...] [--seconds N] [--input FILE] [--minimise]

Fuzzes all targets or those named with bytes that libFuzzer derives from the corpus in toolchain/fuzz/corpus.

  --seconds N    time for each target, by default 20
  --input FILE   run the target once with these bytes, to reproduce a crash
  --minimise     instead of fuzzing, reduce the corpus to the fewest files with the same coverage
  --help         show this help

See docs/testing.md for details.`;

const FOLDER = __dirname;
const CRATE = join(FOLDER, 'Cargo.toml');

/** The flags that cargo-fuzz uses: they instrument every edge and comparison and check memory accesses. */
const RUSTFLAGS = [
  '-Cpasses=sancov-module',
  ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map(
    (flag) => `-Cllvm-args=-sanitizer-coverage-${flag}`,
  ),
  '-Ccodegen-units=1',
  '-Zsanitizer=address',
  '--cfg=fuzzing',
].join(' ');

const TARGETS = readdirSync(join(FOLDER, 'src/bin')).map((file) => basename(file, '.rs'));

/** Longest input: the size limit of a transaction. */
const MOST_BYTES = 1232;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '20' },
      input: { type: 'string' },
      minimise: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const unknown = positionals.filter((name) => !TARGETS.includes(name));
  if (unknown.length > 0)
    throw new Error(`no such target: ${unknown.join(', ')} (targets: ${TARGETS.join(', ')})`);
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error('--seconds must be a whole number above 0');
  const targets = positionals.length > 0 ? positionals : TARGETS;
  if (values.input !== undefined && targets.length !== 1) throw new Error('--input needs exactly one target');

  const binaries = build();
  for (const target of targets) {
    const binary = join(binaries, target);
    if (values.input !== undefined) execute(target, binary, [resolve(values.input)]);
    else if (values.minimise) minimise(target, binary);
    else fuzz(target, binary, seconds);
  }
}

/** Builds all targets with the programs' pinned nightly. @returns the folder of the binaries */
function build(): string {
  const nightlyBin = ensureNightly();
  const env = cleanEnvironment({
    PATH: pathWith(nightlyBin),
    CARGO_TARGET_DIR: join(TARGET_FOLDER, 'fuzz'),
    RUSTFLAGS,
  });
  const version = run(join(nightlyBin, 'rustc'), ['-vV'], { capture: true });
  // With an explicit target the flags don't apply to build scripts and macros, which run during the build.
  const host = /^host: (.+)$/m.exec(version)![1]!;
  step('Building the fuzz targets', () =>
    run('cargo', ['build', '--release', '--locked', '--bins', '--target', host, '--manifest-path', CRATE], {
      env,
    }),
  );
  return join(TARGET_FOLDER, 'fuzz', host, 'release');
}

function fuzz(target: string, binary: string, seconds: number): void {
  const found = join(TARGET_FOLDER, 'fuzz/found', target);
  mkdirSync(found, { recursive: true });
  execute(target, binary, [
    `-max_total_time=${seconds}`,
    `-max_len=${MOST_BYTES}`,
    // New inputs go into the first folder; the committed corpus is only read.
    found,
    join(FOLDER, 'corpus', target),
  ]);
}

/** Reduces the corpus to the fewest files that have the same coverage as the corpus and all found inputs. */
function minimise(target: string, binary: string): void {
  const corpus = join(FOLDER, 'corpus', target);
  const merged = join(TARGET_FOLDER, 'fuzz/merged', target);
  rmSync(merged, { recursive: true, force: true });
  const found = join(TARGET_FOLDER, 'fuzz/found', target);
  for (const folder of [corpus, merged, found]) mkdirSync(folder, { recursive: true });
  execute(target, binary, ['-set_cover_merge=1', `-max_len=${MOST_BYTES}`, merged, corpus, found]);
  rmSync(corpus, { recursive: true });
  run('mv', [merged, corpus]);
  console.log(`${target}: ${readdirSync(corpus).length} files`);
}

/** Runs a target. @throws if it crashes, with the command that reproduces the crash */
function execute(target: string, binary: string, args: readonly string[]): void {
  const crashes = join(FOLDER, 'crashes', target);
  mkdirSync(crashes, { recursive: true });
  const before = new Set(readdirSync(crashes));
  // Close its standard output: it has the program's log messages, thousands per second.
  const options = [
    `-artifact_prefix=${crashes}/`,
    '-close_fd_mask=1',
    '-verbosity=1',
    '-print_final_stats=0',
  ];
  console.log(`> ${target}`);
  const { status } = spawnSync(binary, [...options, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  const crash = readdirSync(crashes).find((file) => !before.has(file));
  const again = crash
    ? `; to reproduce: npm run fuzz -- ${target} --input ${relative(ROOT, join(crashes, crash))}`
    : '';
  throw new Error(`${target} failed${again}`);
}

runMain(main);
