import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CaseResult } from './case';
import { ensurePython } from './python';
import type { World } from './world';

const SCRIPT = join(__dirname, 'solana_py.py');

/** Returns a Python that has solana-py. */
export const ensureSolanaPy = (): string => ensurePython('solana-py');

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
