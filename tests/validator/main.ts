import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitTransaction, connect } from '@commonwire/sdk/core';
import { parseOptions, runMain } from '@commonwire/sdk/node';
import { Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';
import { z } from 'zod';
import { loadPrograms } from './programs';
import { ensureSurfnet, type Surfnet, startSurfnet } from './surfnet';
import { copyTree } from './tree';

const USAGE = `npm run test:validator -- [FILE ...]

Runs the tests that use a chain, or those named, on a real validator: Surfpool, which is built from crates.io the first
time. In a temporary copy of the tree it does the same as for a cluster: gives the program a new address, builds it and
deploys it through the upgradeable loader. See docs/testing.md for details.`;

/** The test files that use a chain; the others would not behave differently here. */
const SPECS = ['tests/**/*.test.ts', 'app/{cli,device}/test/**/*.test.ts', 'oracle/test/*.test.ts'];
const CHAINLESS = ['tests/docs/**', 'tests/*/invariants.test.ts'];

const options = z.object({ file: z.array(z.string()) });

const stop = new AbortController();

async function main(argv: readonly string[]): Promise<void> {
  const { file: files } = parseOptions('npm run test:validator --', argv, options, 'file');
  const binary = ensureSurfnet();
  const tree = copyTree();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort(new Error(signal)));
  let validator: Surfnet | undefined;
  try {
    validator = await startSurfnet(binary);
    const { rpcUrl } = validator;
    await deploy(tree, rpcUrl);
    await inTree(tree, 'npx', mocha(files), { COMMONWIRE_RPC_URL: rpcUrl });
  } finally {
    await validator?.stop();
    // Processes that were just stopped may still be writing.
    rmSync(tree, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Follows docs/deploying.md, from creating keys to a deployed and checked program. */
async function deploy(tree: string, rpcUrl: string): Promise<void> {
  const [wallet, program] = ['wallet', 'program'].map((name) => {
    // The keys are always the same, so that builds and measurements are too. They are worthless outside this chain.
    const keypair = Keypair.fromSeed(
      createHash('sha256').update(`commonwire test validator ${name}`).digest(),
    );
    const file = join(tree, `${name}-keypair.json`);
    writeFileSync(file, JSON.stringify([...keypair.secretKey]));
    return { address: keypair.publicKey, file };
  });
  await inTree(tree, 'npm', ['run', '-s', 'program-id', '--', 'network', program!.address.toBase58()]);
  await inTree(tree, 'npm', ['run', '-s', 'build:programs', '--', 'network', '--pinned']);
  const connection = connect(rpcUrl);
  const signature = await connection.requestAirdrop(wallet!.address, 100 * LAMPORTS_PER_SOL);
  await awaitTransaction(connection, signature);
  const keys = ['--keypair', wallet!.file, '--program-keypair', program!.file];
  await inTree(tree, 'npm', ['run', '-s', 'deploy', '--', '--url', rpcUrl, ...keys]);
  await loadPrograms(rpcUrl);
}

function mocha(files: readonly string[]): string[] {
  return [
    'ts-mocha',
    ...['--type-check=false', '--no-package', '--exit'],
    ...['-p', 'tsconfig.json'],
    ...['--timeout', '30000'],
    ...['--require', 'tests/support/hooks.ts'],
    ...CHAINLESS.flatMap((glob) => ['--ignore', glob]),
    ...(files.length > 0 ? files : SPECS),
  ];
}

/** Runs a command in the copy and shows its output. @throws if it fails or this process is asked to stop */
async function inTree(tree: string, command: string, args: readonly string[], env = {}): Promise<void> {
  stop.signal.throwIfAborted();
  console.log(`> ${command} ${args.join(' ')}`);
  // Starts a new process group, because npm wouldn't pass signals on to its child processes.
  const child = spawn(command, args, {
    cwd: tree,
    stdio: 'inherit',
    detached: true,
    env: { ...process.env, ...env },
  });
  const end = () => child.pid && process.kill(-child.pid);
  stop.signal.addEventListener('abort', end);
  const [code] = await once(child, 'exit');
  stop.signal.removeEventListener('abort', end);
  stop.signal.throwIfAborted();
  if (code !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ... failed; its messages are above`);
}

// web3.js keeps its websocket open.
void runMain(main, { usage: USAGE, exit: true });
