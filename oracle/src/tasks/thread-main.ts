/** The thread that `thread.ts` starts: opens the oracle anew, and runs its tasks until it is asked to stop. */
import { parentPort } from 'node:worker_threads';
import { readConfig } from '../runtime/config';
import { OracleEmitter } from '../runtime/events';
import { openOracle } from '../runtime/open';
import { runTask, type TaskName } from './tasks';
import type { ThreadMessage, ThreadRequest } from './thread';
import { Ticker } from './ticker';

/** Threads that compute shards, besides this one, which meanwhile stores what they give. */
const SHARD_THREADS = 2;

const tell = (message: ThreadMessage): void => parentPort!.postMessage(message);

/** Sends every event to the thread that prints and counts them. */
class ForwardingEmitter extends OracleEmitter {
  override emit(...event: Parameters<OracleEmitter['emit']>): boolean {
    tell({ event } as unknown as ThreadMessage);
    return true;
  }
}

async function main(): Promise<void> {
  const config = await readConfig(process.env);
  const { oracle, close } = await openOracle(config, new ForwardingEmitter(), {
    shared: true,
    shardThreads: SHARD_THREADS,
  });
  const run = async (task: TaskName): Promise<void> => {
    tell({ began: { task, since: oracle.now() } });
    await runTask(oracle, task);
    tell({ ended: { task, sign: oracle.vitals.latest.tasks[task]! } });
  };
  const ticker = new Ticker(oracle, config.tickMs, run);
  parentPort!.on('message', async (request: ThreadRequest) => {
    if (request === 'tick') {
      await ticker.run();
      tell({ ticked: true });
    } else {
      await ticker.stop();
      await close();
      // Only the thread; connections that are kept open would hold it up.
      process.exit();
    }
  });
}

void main();
