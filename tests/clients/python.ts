import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../toolchain/paths';

const OLDEST_PYTHON = [3, 11] as const;

/** Returns a Python that has a package, which it installs with all that it needs into a virtual environment the first time. */
export function ensurePython(
  name: 'device' | 'modbus' | 'moto' | 'schemathesis' | 'solana-py' | 'spark',
): string {
  const path = join(__dirname, `${name}.requirements.txt`);
  const requirements = readFileSync(path);
  const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const cache = cacheFolder();
  const folder = join(cache, `${name}-${hash}`);
  const complete = join(folder, 'complete');
  const python = join(folder, 'bin/python');
  if (existsSync(complete)) return python;
  const base = basePython(name);
  // What an interrupted installation left is no base for another.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  run(base, ['-m', 'venv', folder], 'install the package that has venv (Debian: python3-venv)');
  run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', path], 'look at the messages above');
  writeFileSync(complete, '');
  return python;
}

function basePython(name: string): string {
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
  throw new Error(`Python ${major}.${minor} or later is needed for ${name}: install python3 and its venv`);
}

function run(command: string, args: readonly string[], nextStep: string): void {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${nextStep}`, { cause: error });
  }
}
