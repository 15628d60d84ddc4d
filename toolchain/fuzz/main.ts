import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { flag, parseOptions, runMain, UsageError, whole } from '@commonwire/sdk/node';
import { z } from 'zod';
import { ROOT, TARGET_FOLDER } from '../paths';
import { cleanEnvironment, pathWith, run, step } from '../process';
import { ensureNightly } from '../tools';

const USAGE = `npm run fuzz -- [TARGET ...] [--seconds N] [--input FILE] [--minimise]

Fuzzes all targets or those named with bytes that libFuzzer derives from the corpus in toolchain/fuzz/corpus, as many at once
as there are processors.

  --seconds N    for each target; 20 if left out
  --input FILE   only these bytes, once: what a crash asks for
  --minimise     fewest files of the corpus that reach as much, in place of fuzzing
  --help         show this

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
const MOST_BYTES = 4096;

const options = z.object({
  target: z.array(z.enum(TARGETS, { error: `is not a target: there are ${TARGETS.join(', ')}` })),
  seconds: whole(1, 10_000_000).default(20),
  input: z.string().optional(),
  minimise: flag,
});

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions('npm run fuzz --', argv, options, 'target');
  const { seconds, input } = given;
  const targets = given.target.length > 0 ? given.target : TARGETS;
  if (input !== undefined && targets.length !== 1) throw new UsageError('--input is for one target: name it');

  const binaries = build();
  const left = [...targets];
  const atOnce = Math.min(availableParallelism(), targets.length);
  if (input === undefined && !given.minimise)
    console.log(`Fuzzing ${targets.length} targets, ${atOnce} at once, ${seconds} s each`);
  const work = async () => {
    for (let target = left.shift(); target !== undefined; target = left.shift()) {
      const binary = join(binaries, target);
      if (input !== undefined) await execute(target, binary, [resolve(input)]);
      else if (given.minimise) await minimise(target, binary);
      else await fuzz(target, binary, seconds);
    }
  };
  // A target that crashes stops none of the others that run beside it.
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
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

async function fuzz(target: string, binary: string, seconds: number): Promise<void> {
  const found = join(TARGET_FOLDER, 'fuzz/found', target);
  mkdirSync(found, { recursive: true });
  await execute(target, binary, [
    `-max_total_time=${seconds}`,
    `-max_len=${MOST_BYTES}`,
    // New inputs go into the first folder; the committed corpus is only read.
    found,
    join(FOLDER, 'corpus', target),
  ]);
}

/** Reduces the corpus to the fewest files that have the same coverage as the corpus and all found inputs. */
async function minimise(target: string, binary: string): Promise<void> {
  const corpus = join(FOLDER, 'corpus', target);
  const merged = join(TARGET_FOLDER, 'fuzz/merged', target);
  rmSync(merged, { recursive: true, force: true });
  const found = join(TARGET_FOLDER, 'fuzz/found', target);
  for (const folder of [corpus, merged, found]) mkdirSync(folder, { recursive: true });
  await execute(target, binary, ['-set_cover_merge=1', `-max_len=${MOST_BYTES}`, merged, corpus, found]);
  rmSync(corpus, { recursive: true });
  run('mv', [merged, corpus]);
  console.log(`${target}: ${readdirSync(corpus).length} files`);
}

/** Runs a target, and shows what it printed once it has ended. @throws if it crashes, with the command that reproduces that */
async function execute(target: string, binary: string, args: readonly string[]): Promise<void> {
  const crashes = join(FOLDER, 'crashes', target);
  mkdirSync(crashes, { recursive: true });
  const before = new Set(readdirSync(crashes));
  // Close its standard output: it has the program's log messages, thousands per second.
  const options = [
    `-artifact_prefix=${crashes}/`,
    '-close_fd_mask=1',
    // A crash and the sums in the end, not every input found.
    '-verbosity=0',
    '-print_final_stats=1',
  ];
  const child = spawn(binary, [...options, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const printed: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  console.log(`> ${target}`);
  process.stderr.write(Buffer.concat(printed));
  if (status === 0) return;
  const crash = readdirSync(crashes).find((file) => !before.has(file));
  const again = crash
    ? `; to reproduce: npm run fuzz -- ${target} --input ${relative(ROOT, join(crashes, crash))}`
    : '';
  throw new Error(`${target} failed${again}`);
}

void runMain(main, { usage: USAGE });
