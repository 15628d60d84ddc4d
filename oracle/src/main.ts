import { runMain } from '@commonwire/sdk/node';
import { startServer } from './api/server';
import { readConfig } from './runtime/config';
import { OracleEmitter } from './runtime/events';
import { logEvents } from './runtime/logging';
import { openOracle } from './runtime/open';

/** Runs an oracle configured by the environment until SIGINT or SIGTERM; prints one line of JSON for each event. */
async function main(): Promise<void> {
  const config = await readConfig(process.env);
  const events = new OracleEmitter();
  logEvents(events, (line) => process.stdout.write(`${line}\n`));
  const { oracle, close } = await openOracle(config, events);
  const server = await startServer(oracle, config);
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', url: server.url, oracle: oracle.address })}\n`,
  );
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.stop();
    await close();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

void runMain(main);
