import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { awaitTransaction, connect } from '@commonwire/sdk/core';
import { flag, parseOptions, runMain } from '@commonwire/sdk/node';
import { LAMPORTS_PER_SOL } from '@solana/web3.js';
import { z } from 'zod';
import { type Keys, PROGRAMS, writeKeys } from './keys';
import { loadPrograms } from './programs';
import { ensureSurfnet, startSurfnet } from './surfnet';
import { copyTree } from './tree';

const USAGE = `npm run test:validator -- [FILE ...] [--build-only]

Runs the tests that use a chain, or those named, on a real validator: Surfpool, which is built from crates.io the first
time. In a temporary copy of the tree it does the same as for a cluster: gives the program a new address, builds it and
deploys it through the upgradeable loader. See docs/testing.md for details.

  --build-only   build the validator unless it is there, and start nothing`;

/** It deploys all programs itself. */
const REHEARSAL = 'tests/validator/rehearsal.ts';
/**
 * Groups of test files, each with a validator of its own, since tests set its clock. The longest come first, so that none
 * is left alone in the end.
 */
const GROUPS: readonly (readonly string[])[] = [
  [REHEARSAL],
  ['tests/assets/[!a-f]*.test.ts'],
  ['tests/assets/[a-f]*.test.ts'],
  ['tests/{stake,realm}/*.test.ts'],
  ['app/cli/test/[a-f]*.test.ts'],
  ['app/cli/test/[!a-f]*.test.ts', 'app/device/test/**/*.test.ts'],
  ['oracle/test/*.test.ts'],
  ['tests/network/[d-o]*.test.ts'],
  ['tests/network/s*.test.ts'],
  ['tests/network/p*.test.ts'],
  ['tests/network/c*.test.ts'],
  ['tests/market/*.test.ts'],
  ['tests/!(network|assets|stake|realm|market)/**/*.test.ts'],
  ['tests/network/r*.test.ts'],
  ['tests/network/[t-z]*.test.ts'],
  ['tests/network/[ab]*.test.ts'],
];
/** Groups that are tested side by side: most of the time tests wait for slots, but two cores carry only so many. */
const AT_ONCE = 5;
/**
 * Files among them that use no chain, or not as one, and those that try every wrong account in every place: hundreds of refusals
 * of the same programs, which would not behave differently here.
 */
const CHAINLESS = [
  'tests/{clients,docs}/**',
  'tests/*/{invariants,substitution}.test.ts',
  'tests/scenarios/{busy-demo,farm-and-dao}.test.ts',
  'tests/verification/{files,labelled,rules-version,sites}.test.ts',
  'app/cli/test/{check-trace,commands,market-book,package,signatures}.test.ts',
  'app/device/test/{agent,bandwidth,cli,counters,fleet,follow,input,modbus}.test.ts',
  'app/device/test/{mqtt,outbox,package,spool,trace,uplink}.test.ts',
  'oracle/test/{challenge,config,deliveries,devices,epochs,health,ingest,log}.test.ts',
  'oracle/test/{observed,pruned,recovery,registry,server}.test.ts',
];

const options = z.object({ file: z.array(z.string()), 'build-only': flag });

const stop = new AbortController();

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions('npm run test:validator --', argv, options, 'file');
  const binary = ensureSurfnet();
  if (given['build-only']) return;
  const groups = given.file.length > 0 ? [given.file] : GROUPS;
  const tree = copyTree();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort(new Error(signal)));
  try {
    const keys = await buildProgram(tree);
    const waiting = [...groups];
    const failures: unknown[] = [];
    const testInTurn = async () => {
      for (let files = waiting.shift(); files; files = waiting.shift())
        await testGroup(tree, binary, keys, files).catch((failure) => failures.push(failure));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, testInTurn));
    if (failures.length > 0) throw failures[0];
  } finally {
    // Processes that were just stopped may still be writing.
    rmSync(tree, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Tests a group on a validator of its own. @throws if a test fails */
async function testGroup(tree: string, binary: string, keys: Keys, files: readonly string[]): Promise<void> {
  const validator = await startSurfnet(binary);
  try {
    await deploy(tree, keys, validator.rpcUrl, files.includes(REHEARSAL));
    await inTree(tree, 'npx', mocha(files), {
      env: { COMMONWIRE_RPC_URL: validator.rpcUrl },
      shown: 'in the end',
    });
  } finally {
    await validator.stop();
  }
}

/** Follows docs/deploying.md from creating keys to binaries for the new addresses. */
async function buildProgram(tree: string): Promise<Keys> {
  const keys = writeKeys(tree);
  for (const [name, { address }] of keys.programs)
    await inTree(tree, 'npm', ['run', '-s', 'program-id', '--', name, address.toBase58()]);
  // The interfaces have their new addresses by that already, and nothing else of them changes.
  await inTree(tree, 'npm', ['run', '-s', 'build:programs', '--', ...PROGRAMS, '--pinned', '--no-idl']);
  return keys;
}

/** Follows docs/deploying.md to a deployed and checked program; or leaves all of that to the tests. */
async function deploy(
  tree: string,
  { wallet, programs }: Keys,
  rpcUrl: string,
  isLeft: boolean,
): Promise<void> {
  const connection = connect(rpcUrl);
  const signature = await connection.requestAirdrop(wallet.address, 100 * LAMPORTS_PER_SOL);
  await awaitTransaction(connection, signature);
  if (!isLeft) {
    const keys = ['--keypair', wallet.file, '--program-keypair', programs.get('network')!.file];
    await inTree(tree, 'npm', ['run', '-s', 'deploy', '--', '--url', rpcUrl, ...keys], {
      shown: 'in the end',
    });
  }
  await loadPrograms(rpcUrl, tree, isLeft ? PROGRAMS : ['network']);
}

function mocha(files: readonly string[]): string[] {
  return [
    'ts-mocha',
    ...['--type-check=false', '--no-package', '--exit'],
    ...['-p', 'tsconfig.json'],
    ...['--timeout', '30000'],
    // Time runs on here, so a busy machine can hold a test up until its second is over. On the embedded chain, where time
    // stands still, the same tests have one attempt.
    ...['--retries', '2'],
    ...['--require', 'tests/support/hooks.ts'],
    ...CHAINLESS.flatMap((glob) => ['--ignore', glob]),
    ...files,
  ];
}

interface Shown {
  env?: NodeJS.ProcessEnv;
  /** When what it prints is shown: commands that run side by side would mix their lines. */
  shown?: 'at once' | 'in the end';
}

/** Runs a command in the copy and shows its output. @throws if it fails or this process is asked to stop */
async function inTree(
  tree: string,
  command: string,
  args: readonly string[],
  { env = {}, shown = 'at once' }: Shown = {},
): Promise<void> {
  stop.signal.throwIfAborted();
  const line = `> ${command} ${args.join(' ')}`;
  console.log(line);
  const started = Date.now();
  const output = shown === 'at once' ? 'inherit' : 'pipe';
  // Starts a new process group, because npm wouldn't pass signals on to its child processes.
  const child = spawn(command, args, {
    cwd: tree,
    stdio: ['ignore', output, output],
    detached: true,
    env: { ...process.env, ...env },
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
  const end = () => child.pid && process.kill(-child.pid);
  stop.signal.addEventListener('abort', end);
  const [code] = await once(child, 'close');
  stop.signal.removeEventListener('abort', end);
  if (shown === 'in the end') process.stdout.write(`${line}\n${Buffer.concat(printed)}`);
  stop.signal.throwIfAborted();
  console.log(`  ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (code !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ... failed; its messages are above`);
}

// web3.js keeps its websocket open.
void runMain(main, { usage: USAGE, exit: true });
