/**
 * One oracle as a process of its own that a test drives step by step, and that gets SIGKILL at the point it was told. All
 * but the clock, the point and the steps is what an oracle runs in earnest.
 */
import { Connection } from '@solana/web3.js';
import { startServer } from '../../src/api/server';
import { readConfig } from '../../src/runtime/config';
import { OracleEmitter } from '../../src/runtime/events';
import { openOracle } from '../../src/runtime/open';
import { createOracle } from '../../src/runtime/oracle';
import { runTask, taskNames } from '../../src/tasks/tasks';
import { type Watch, watchedBlobs, watchedStore, watchTransactions } from './effects';
import { CLOCK, DIE_AT, type FromVictim, type ToVictim } from './messages';

let time = Number(process.env[CLOCK]);
/** What it is at, and whether that had an effect yet. */
let doing = { task: 'ingest', begun: false };
const counts = new Map<string, number>();

const tell = (message: FromVictim): boolean => process.send!(message);

/** Tells of a point, and is killed there if it is the one. */
function at(name: string): void {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const point = count === 1 ? name : `${name} (${count})`;
  tell({ type: 'point', point });
  if (point === process.env[DIE_AT]) process.kill(process.pid, 'SIGKILL');
}

/**
 * Before an effect is a point of its own only where its task, or a batch of reports, had none yet: else it is the point
 * after the last one.
 */
const watch: Watch = {
  before(name) {
    if (doing.task === 'ingest' || !doing.begun) at(`${doing.task}: before ${name}`);
    doing.begun = true;
  },
  after: (name) => at(`${doing.task}: after ${name}`),
};

async function main(): Promise<void> {
  const config = await readConfig(process.env);
  const events = new OracleEmitter();
  events.on('failed', ({ task, message }) => tell({ type: 'failed', task, message }));
  const connect = (url: string) => watchTransactions(new Connection(url, 'confirmed'), watch);
  const { oracle } = await openOracle(config, events, connect);
  const watched = createOracle({
    ...oracle,
    store: watchedStore(oracle.store, oracle.address, watch),
    blobs: watchedBlobs(oracle.blobs, watch),
    now: () => time,
  });
  const server = await startServer(watched, { port: config.port });
  process.on('message', async ({ tick }: ToVictim) => {
    time = tick;
    for (const name of taskNames) {
      doing = { task: name, begun: false };
      await runTask(watched, name);
    }
    doing = { task: 'ingest', begun: false };
    tell({ type: 'ticked' });
  });
  // Whoever drives it is gone.
  process.on('disconnect', () => process.exit());
  tell({ type: 'listening', url: server.url });
}

void main();
