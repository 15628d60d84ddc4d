/** Runs every test by two processes side by side, as `npm test` does: most of them wait for chains and other processes. */
import { spawn } from 'node:child_process';

const MOCHA = ['ts-mocha', '--type-check=false', '-p', 'tsconfig.json'];
/** The few long tests take as long as all others: oracles that are killed or lied to, whole networks, random steps. */
const LONG = [
  'oracle/test/{crash,independence}/**/*.test.ts',
  'tests/scenarios/*.test.ts',
  'tests/*/invariants.test.ts',
];

/** Ends with the exit status; what it prints comes at once, or is told at the end. */
function run(args: readonly string[], at: 'once' | 'the end'): Promise<number> {
  const child = spawn('npx', [...args], { stdio: ['ignore', at === 'once' ? 'inherit' : 'pipe', 'inherit'] });
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
  const config = ['--no-package', '--exit', '--timeout', '60000', '-r', 'tests/support/hooks.ts'];
  const codes = await Promise.all([
    run([...MOCHA, ...LONG.flatMap((files) => ['--ignore', files])], 'once'),
    run([...MOCHA, ...config, ...LONG.flatMap((files) => ['--spec', files])], 'the end'),
  ]);
  process.exitCode = Math.max(...codes);
}

void main();
