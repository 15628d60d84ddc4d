import { auditSuite } from './audit';
import { checkTraceQuality, checkTraceSpeed } from './check-trace';
import { closeSuite } from './close';
import { crankSuite } from './crank';
import type { Figure, Suite } from './figures';
import { ingestSuite } from './ingest';
import { networkSuite } from './network-program';

const suites: Suite[] = [
  networkSuite,
  crankSuite,
  ingestSuite,
  closeSuite,
  checkTraceSpeed,
  checkTraceQuality,
  auditSuite,
];

/** Measures everything and prints a table, or with `--json` only the document `[{name, value, unit}]`. */
async function main(): Promise<void> {
  const json = process.argv.includes('--json');
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

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`bench failed: ${error.stack}\n`);
    process.exit(1);
  },
);
