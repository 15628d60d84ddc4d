/** An oracle in a process of its own, with a heap that the test chooses, much to read, and impatience. Tells its parent. */
import { randomBytes } from 'node:crypto';
import { startServer } from '../../src/api/server';
import { World } from '../support/world';

const ENTRY_BYTES = 300_000;
const ENTRIES = 24;
const PART_BYTES = 4 * 1024 * 1024;

/** What the process tells once it serves. */
export interface SmallOracle {
  readonly url: string;
  /** SHA-256 of a part of 4 MiB that doesn't compress. */
  readonly part: string;
}

async function main(): Promise<void> {
  const world = await new World(1).start();
  await world.tick();
  const { oracle } = world.at(0);
  const server = await startServer(oracle, { limits: { readMs: 1500, readBytesPerSecond: 2 ** 30 } });
  const report = { report: randomBytes((ENTRY_BYTES * 3) / 4).toString('base64'), signature: '' };
  for (let i = 0; i < ENTRIES; i++) await oracle.log.append([report]);
  await oracle.log.seal(1);
  const part = await oracle.blobs.put(randomBytes(PART_BYTES));
  process.on('message', () => process.send!(process.memoryUsage().rss));
  process.send!({ url: server.url, part } satisfies SmallOracle);
}

void main();
