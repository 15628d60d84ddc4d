/**
 * An oracle in a separate process that a test drives step by step and that is killed with SIGKILL at a given point.
 * Everything except the clock, the point and the steps is the same as in a real oracle.
 */
import { Connection } from '@solana/web3.js';
import { startServer } from '../../src/api/server';
import { readConfig } from '../../src/runtime/config';
import { OracleEmitter } from '../../src/runtime/events';
import { openOracle } from '../../src/runtime/open';
import { createOracle } from '../../src/runtime/oracle';
import { runTask, taskNames } from '../../src/tasks/tasks';
import { type Watch, watchedBlobs, watchedStore, watchTransactions } from './effects';
import { CLOCK, DIE_AT, type FromVictim, GENESIS_HASH, type ToVictim } from './messages';

let time = Number(process.env[CLOCK]);
/** The current task or request, and whether it has had an effect yet. */
let doing = { task: 'ingest', begun: false };
const counts = new Map<string, number>();

const tell = (message: FromVictim): boolean => process.send!(message);

/** Reports a point, and is killed there if that is the point to die at. */
function at(name: string): void {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const point = count === 1 ? name : `${name} (${count})`;
  tell({ type: 'point', point });
  if (point === process.env[DIE_AT]) process.kill(process.pid, 'SIGKILL');
}

/**
 * The point before an effect only counts if its task or batch of reports had no effect yet. Otherwise it is the same as
 * the point after the previous effect.
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
  const connect = (url: string) => {
    const connection = watchTransactions(new Connection(url, 'confirmed'), watch);
    return Object.assign(connection, { getGenesisHash: async () => GENESIS_HASH });
  };
  const { oracle } = await openOracle(config, events, { connect });
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
  // The driver is gone.
  process.on('disconnect', () => process.exit());
  tell({ type: 'listening', url: server.url });
}

void main();
