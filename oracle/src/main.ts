import { runMain } from '@commonwire/sdk/node';
import { startServer } from './api/server';
import { readConfig } from './runtime/config';
import { OracleEmitter } from './runtime/events';
import { logEvents, logger } from './runtime/logging';
import { openOracle } from './runtime/open';

/**
 * Runs an oracle configured by the environment until SIGINT or SIGTERM. Prints a line for each event: text on a
 * terminal, else JSON.
 */
async function main(): Promise<void> {
  const config = await readConfig(process.env);
  const events = new OracleEmitter();
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const log = logger({ write, least: config.logLevel, text: process.stdout.isTTY });
  logEvents(events, log);
  const { oracle, close } = await openOracle(config, events);
  const server = await startServer(oracle, { ...config, ofProcess: true });
  log('info', 'listening', { url: server.url, oracle: oracle.address });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.stop();
    await close();
    log('info', 'stopped', { oracle: oracle.address });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

void runMain(main);
