/** `npm run record-verdicts`: records what this version of the rules makes of the fixtures, once its change is described. */
import { domain } from '@commonwire/oracle';
import { digestOf } from './fixture';
import { fixtures } from './fixtures';
import { type Digests, readEntries, record, writeEntries } from './recorded';

const found: Digests = Object.fromEntries(fixtures.map((fixture) => [fixture.name, digestOf(fixture)]));
try {
  writeEntries(record(readEntries(), domain.RULES_VERSION, found));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
