import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInput } from '../../app/device/src/input';
import { faults, START } from '../../app/device/test/input-faults';
import { faultsOf, formCases } from '../verification/file-cases';
import type { Suite } from './figures';

/** Counts the files of other programs that check-trace reads right, and the faulty inputs that the agent reports from. */
export const filesSuite: Suite = async (progress) => {
  progress(`reading ${formCases.length} files of other programs, and ${faults.length} faulty inputs`);
  let read = 0;
  for (const wanted of formCases) if ((await faultsOf(wanted)).length === 0) read++;
  let survived = 0;
  for (const [, content, count] of faults) if ((await readingsOf(content)) === count) survived++;
  return [
    { name: 'trace.formats.read', value: read, unit: `of ${formCases.length} files` },
    { name: 'agent.faults.survived', value: survived, unit: `of ${faults.length} inputs` },
  ];
};

/** The number of readings that the agent would report; 0 if it stops. */
async function readingsOf(content: string | Uint8Array): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const csv = join(folder, 'readings.csv');
  writeFileSync(csv, content);
  const ignore = () => undefined;
  let count = 0;
  try {
    for await (const _ of readInput({ csv, now: () => START + 86_400, passed: ignore, log: ignore })) count++;
    return count;
  } catch {
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
