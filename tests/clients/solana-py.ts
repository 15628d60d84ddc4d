import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder } from '../../toolchain/paths';
import type { CaseResult } from './case';
import type { World } from './world';

const SCRIPT = join(__dirname, 'solana_py.py');
const REQUIREMENTS = join(__dirname, 'requirements.txt');
const OLDEST_PYTHON = [3, 11] as const;

/** Returns a Python that has solana-py, which it installs into a virtual environment the first time. */
export function ensurePython(): string {
  const requirements = readFileSync(REQUIREMENTS);
  const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const cache = cacheFolder();
  const folder = join(cache, `solana-py-${hash}`);
  const complete = join(folder, 'complete');
  const python = join(folder, 'bin/python');
  if (existsSync(complete)) return python;
  const base = basePython();
  // What an interrupted installation left is no base for another.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  run(base, ['-m', 'venv', folder], 'install the package that has venv (Debian: python3-venv)');
  run(
    python,
    ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS],
    'look at the messages above',
  );
  writeFileSync(complete, '');
  return python;
}

function basePython(): string {
  const [major, minor] = OLDEST_PYTHON;
  const check = `import sys; sys.exit(sys.version_info < (${major}, ${minor}))`;
  for (const candidate of ['python3', 'python']) {
    try {
      execFileSync(candidate, ['-c', check], { stdio: 'ignore' });
      return candidate;
    } catch {
      // Missing or too old: the next one may do.
    }
  }
  throw new Error(`Python ${major}.${minor} or later is needed for solana-py: install python3 and its venv`);
}

function run(command: string, args: readonly string[], nextStep: string): void {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${nextStep}`, { cause: error });
  }
}

/** The names of solana-py's cases. */
export const solanaPyNames = (python: string): string[] =>
  JSON.parse(execFileSync(python, [SCRIPT, '--names'], { encoding: 'utf8' }));

/** Checks what solana-py asks for. */
export async function checkSolanaPy(python: string, { localnet, known }: World): Promise<CaseResult[]> {
  const child = spawn(python, [SCRIPT, localnet.rpcUrl, localnet.wsUrl, JSON.stringify(known)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const results: CaseResult[] = [];
  for await (const line of createInterface(child.stdout)) results.push(JSON.parse(line));
  return results;
}
