import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolderWhole } from '../../toolchain/files';
import { cacheFolder, TARGET_FOLDER } from '../../toolchain/paths';
import { isExecutable, run, step } from '../../toolchain/process';

/** The Rust version for building Surfpool; the programs and their host tests use others. */
const RUST = '1.98.0';
/** All sources of the binary except for crates, which are pinned by the lock file. */
const SOURCES = ['Cargo.toml', 'Cargo.lock', 'src/main.rs'].map((name) => join(__dirname, name));
/**
 * Milliseconds per slot: short, since tests wait for slots, but a blockhash's 150 slots must suffice on busy machines.
 */
const SLOT_MS = 50;

/** A running validator. */
export interface Surfnet {
  /** For web3.js's `Connection`; websockets are on the next port. */
  rpcUrl: string;
  stop(): Promise<void>;
}

/**
 * Builds the validator's binary unless it is cached, in a folder named after its source.
 *
 * @returns its path.
 * @throws if rustup is missing or the build fails; the next call continues where this one stopped.
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
  if (!version) throw new Error(`${SOURCES[0]} does not pin surfpool-core`);
  return version;
}

/**
 * Starts a new validator without access to other clusters. It exits with this process, even if this process is killed.
 *
 * @throws if it exits before it answers; its messages are on standard error.
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

/** Places a program at any address, without its key or a deployment. @throws if the validator refuses */
export async function placeProgram(rpcUrl: string, address: string, soFile: string): Promise<void> {
  const params = [address, readFileSync(soFile).toString('hex'), 0];
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'surfnet_writeProgram', params }),
  });
  const { error } = z.object({ error: z.unknown().optional() }).parse(await response.json());
  if (error) throw new Error(`${address} could not be placed: ${JSON.stringify(error)}`);
}
