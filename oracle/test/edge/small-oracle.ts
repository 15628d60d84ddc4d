/** An oracle in a process of its own, with a heap that the test chooses, much to read, and impatience. Tells its parent. */
import { randomBytes } from 'node:crypto';
import { encodeReport } from '@commonwire/sdk/device';
import { startServer } from '../../src/api/server';
import { sealedLog } from '../../src/log/records';
import { makeReport } from '../domain/support';
import { World } from '../support/world';

const REPORTS = 6_000;
const AT_ONCE = 500;
const PART_BYTES = 4 * 1024 * 1024;

/** What the process tells once it serves. */
export interface SmallOracle {
  readonly url: string;
  /** SHA-256 of a part of 4 MiB that doesn't compress. */
  readonly part: string;
  /** SHA-256 of a page of its log. */
  readonly page: string;
  /** How many reports that has. */
  readonly reports: number;
}

async function main(): Promise<void> {
  const world = await new World(1).start();
  await world.tick();
  const { oracle } = world.at(0);
  const server = await startServer(oracle, { limits: { readMs: 1500, readBytesPerSecond: 2 ** 30 } });
  const signature = randomBytes(64);
  for (let first = 0; first < REPORTS; first += AT_ONCE)
    await oracle.log.append(
      Array.from({ length: AT_ONCE }, (_, i) => {
        const report = makeReport(world.devices[0]!, { start: 60 * (first + i), extra: randomBytes(255) });
        return { bytes: encodeReport(report), signature };
      }),
    );
  await oracle.log.seal(1);
  const [run] = (await sealedLog(oracle.store, oracle.address, 1))!.runs;
  const page = run!.pages[0]!;
  const part = await oracle.blobs.put(randomBytes(PART_BYTES));
  process.on('message', () => process.send!(process.memoryUsage().rss));
  process.send!({ url: server.url, part, page, reports: REPORTS } satisfies SmallOracle);
}

void main();
