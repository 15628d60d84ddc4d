/**
 * Does steps of a close for whoever pipes requests through it, such as Spark: one a line, as JSON, and so the answers. It
 * needs COMMONWIRE_BUCKET or COMMONWIRE_DATA, and no key.
 */
import { createInterface } from 'node:readline';
import { runMain, UsageError } from '@commonwire/sdk/node';
import { runStep } from './steps';
import { openStepStores, STEPS, type StepName } from './stores';

const USAGE = `node oracle/dist/pipe.js ${STEPS.join('|')} < REQUESTS > ANSWERS`;

async function main([step, ...more]: readonly string[]): Promise<void> {
  if (!STEPS.includes(step as StepName) || more.length > 0) throw new UsageError(USAGE);
  const stores = openStepStores(process.env);
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await runStep(stores, step as StepName, JSON.parse(line)))}\n`);
}

void runMain(main, { usage: USAGE });
