import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderWhole } from '../../toolchain/files';
import { cacheFolder, TARGET_FOLDER } from '../../toolchain/paths';
import { isExecutable, run, step } from '../../toolchain/process';

/** The Rust that Surfpool is built with; the programs and their host tests have others. */
const RUST = '1.98.0';
/** All that the binary is made of, but for crates, which the lock file names. */
const SOURCES = ['Cargo.toml', 'Cargo.lock', 'src/main.rs'].map((name) => join(__dirname, name));
/** Milliseconds of a slot: tests wait for slots, and a blockhash must last, 150 of them, on a busy machine too. */
const SLOT_MS = 50;

/** A running validator. */
export interface Surfnet {
  /** For web3.js's `Connection`: websockets are at the next port. */
  rpcUrl: string;
  stop(): Promise<void>;
}

/**
 * Makes sure of the validator's binary, which is kept between runs in a folder named after its source.
 *
 * @returns its path.
 * @throws if rustup is missing or it can't be built; the next call goes on where this one stopped.
 */
export function ensureSurfnet(): string {
  const source = createHash('sha256').update(RUST);
  for (const file of SOURCES) source.update(readFileSync(file));
  const folder = join(cacheFolder(), `surfnet-${surfpoolVersion()}`, source.digest('hex').slice(0, 12));
  const binary = join(folder, 'surfnet');
  if (isExecutable(binary)) return binary;

  run('rustup', ['toolchain', 'install', RUST, '--profile', 'minimal', '--no-self-update']);
  const target = join(TARGET_FOLDER, 'surfnet');
  step(`Building Surfpool into ${folder} (10 to 20 minutes on two cores, once)`, () =>
    run('cargo', [
      `+${RUST}`,
      'build',
      '--release',
      '--locked',
      ...['--manifest-path', join(__dirname, 'Cargo.toml')],
      ...['--target-dir', target],
    ]),
  );
  makeFolderWhole(folder, (temporary) =>
    copyFileSync(join(target, 'release/surfnet'), join(temporary, 'surfnet')),
  );
  rmSync(target, { recursive: true });
  return binary;
}

function surfpoolVersion(): string {
  const version = /^surfpool-core = .*"=([\d.]+)"/m.exec(readFileSync(SOURCES[0]!, 'utf8'))?.[1];
  if (!version) throw new Error(`${SOURCES[0]} pins no surfpool-core`);
  return version;
}

/**
 * Starts a validator of its own that knows nothing of other clusters. It ends with this process, however that ends.
 *
 * @throws if it ends before it answers; what it said is on standard error.
 */
export async function startSurfnet(binary: string): Promise<Surfnet> {
  const child = spawn(binary, [String(SLOT_MS)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const port = await Promise.race([
    once(child.stdout, 'data').then(([line]) => /^ready (\d+)$/m.exec(String(line))?.[1]),
    exited.then(() => undefined),
  ]);
  if (port === undefined) {
    child.kill();
    throw new Error('the validator did not start; its messages are above');
  }
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
