import { flag, parseOptions, runMain } from '@commonwire/sdk/node';
import { z } from 'zod';
import { assetsSuite } from './assets-program';
import { auctionSuite } from './auction';
import { auditSuite } from './audit';
import { checkTraceQuality, checkTraceSpeed } from './check-trace';
import { closeSuite } from './close';
import { stepsCostSuite } from './cost/steps';
import { costSuite } from './cost/suite';
import { crankSuite } from './crank';
import type { Figure, Suite } from './figures';
import { filesSuite } from './files';
import { ingestSuite } from './ingest';
import { ingestLoadSuite } from './ingest-load';
import { lanesSuite } from './lanes';
import { marketSuite } from './market-program';
import { networkSuite } from './network-program';
import { proofsSuite } from './proofs';
import { rpcSuite } from './rpc';
import { serveSuite } from './serve';
import { shardsSuite } from './shards';
import { stakeSuite } from './stake-program';
import { syncSuite } from './sync';

/** By the names that `--only` takes. */
const SUITES: Readonly<Record<string, readonly Suite[]>> = {
  program: [networkSuite],
  assets: [assetsSuite],
  market: [marketSuite],
  auction: [auctionSuite],
  stake: [stakeSuite],
  crank: [crankSuite],
  ingest: [ingestSuite, lanesSuite],
  'ingest-load': [ingestLoadSuite],
  sync: [syncSuite],
  proofs: [proofsSuite],
  serve: [serveSuite],
  close: [closeSuite],
  shards: [shardsSuite],
  cost: [costSuite],
  'steps-cost': [stepsCostSuite],
  'check-trace': [checkTraceSpeed, checkTraceQuality],
  files: [filesSuite],
  audit: [auditSuite],
  rpc: [rpcSuite],
};
const NAMES = Object.keys(SUITES);

/**
 * Measures everything, or one suite with `--only`, and prints it: a table, or with `--json` one document
 * `[{name, value, unit}]` and nothing else.
 */
async function main(argv: readonly string[]): Promise<void> {
  const options = z.object({ json: flag, only: z.enum(NAMES).optional() });
  const { json, only } = parseOptions('npm run bench --', argv, options);
  const progress = (what: string) => process.stderr.write(json ? '' : `${what}\n`);
  const figures: Figure[] = [];
  const suites = NAMES.filter((name) => name === (only ?? name)).flatMap((name) => SUITES[name] ?? []);
  for (const suite of suites) figures.push(...(await suite(progress)));
  process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : table(figures));
}

function table(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const line = ({ name, value, unit }: Figure) =>
    `${name.padEnd(width)}  ${value.toLocaleString('en-US').padStart(12)}  ${unit}\n`;
  return figures.map(line).join('');
}

void runMain(main, { usage: `npm run bench -- [--only ${NAMES.join('|')}] [--json]`, exit: true });
