import { flag, parseOptions, runMain } from '@commonwire/sdk/node';
import { z } from 'zod';
import { assetsSuite } from './assets-program';
import { auditSuite } from './audit';
import { checkTraceQuality, checkTraceSpeed } from './check-trace';
import { closeSuite } from './close';
import { crankSuite } from './crank';
import type { Figure, Suite } from './figures';
import { filesSuite } from './files';
import { ingestSuite } from './ingest';
import { networkSuite } from './network-program';
import { rpcSuite } from './rpc';

const suites: Suite[] = [
  networkSuite,
  assetsSuite,
  crankSuite,
  ingestSuite,
  closeSuite,
  checkTraceSpeed,
  checkTraceQuality,
  filesSuite,
  auditSuite,
  rpcSuite,
];

/** Measures everything and prints it: a table, or with `--json` one document `[{name, value, unit}]` and nothing else. */
async function main(argv: readonly string[]): Promise<void> {
  const { json } = parseOptions('npm run bench --', argv, z.object({ json: flag }));
  const progress = (what: string) => process.stderr.write(json ? '' : `${what}\n`);
  const figures: Figure[] = [];
  for (const suite of suites) figures.push(...(await suite(progress)));
  process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : table(figures));
}

function table(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const line = ({ name, value, unit }: Figure) =>
    `${name.padEnd(width)}  ${value.toLocaleString('en-US').padStart(12)}  ${unit}\n`;
  return figures.map(line).join('');
}

void runMain(main, { usage: 'npm run bench -- [--json]', exit: true });
