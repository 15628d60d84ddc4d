/**
 * What `npm test` does: first lint and types side by side, then every test by three processes side by side, since most tests
 * wait for chains and other processes.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const CHECKS = ['lint', 'types'];

const MOCHA = ['ts-mocha', '--type-check=false', '-p', 'tsconfig.json'];
/** The few long tests take as long as all others: oracles that are killed or lied to, and whole networks. */
const LONG = ['oracle/test/{crash,independence}/**/*.test.ts', 'tests/scenarios/*.test.ts'];
/** Tests that mostly wait for timers and time limits, and random models: about half of what is left. */
const THIRD = [
  'tests/assets/invariants.test.ts',
  'tests/market/invariants.test.ts',
  'tests/network/invariants.test.ts',
  'tests/stake/invariants.test.ts',
  'app/deploy/test/deploy.test.ts',
  'app/cli/test/package.test.ts',
  'app/device/test/bandwidth.test.ts',
  'app/device/test/modbus.test.ts',
  'app/device/test/package.test.ts',
  'app/device/test/registered.test.ts',
  'app/device/test/spool.test.ts',
  'app/sdk/test/rpc.test.ts',
  'oracle/test/devices.test.ts',
  'oracle/test/health.test.ts',
  'oracle/test/operations.test.ts',
  'oracle/test/recovery.test.ts',
  'oracle/test/resume.test.ts',
  'oracle/test/serverless.test.ts',
];

/** Ends with the exit status; what it prints comes at once, or is told at the end. */
function run(command: string, args: readonly string[], at: 'once' | 'the end'): Promise<number> {
  const child = spawn(command, [...args], {
    stdio: ['ignore', at === 'once' ? 'inherit' : 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    });
  });
}

async function main(): Promise<void> {
  // Mocha runs what it finds, and the first process leaves these out: nobody would run one that has moved.
  const gone = THIRD.filter((file) => !existsSync(file));
  if (gone.length > 0) throw new Error(`tests/all.ts names files that are not there: ${gone.join(', ')}`);
  const checked = await Promise.all(CHECKS.map((name) => run('npm', ['run', '-s', name], 'the end')));
  process.exitCode = Math.max(...checked);
  if (process.exitCode !== 0) return;
  const apart = ['--no-package', '--exit', '--timeout', '60000', '-r', 'tests/support/hooks.ts'];
  const only = (files: readonly string[]) => [...MOCHA, ...apart, ...files.flatMap((one) => ['--spec', one])];
  const others = [...LONG, ...THIRD].flatMap((files) => ['--ignore', files]);
  const codes = await Promise.all([
    run('npx', [...MOCHA, ...others], 'once'),
    run('npx', only(LONG), 'the end'),
    run('npx', only(THIRD), 'the end'),
  ]);
  process.exitCode = Math.max(...codes);
}

void main();
