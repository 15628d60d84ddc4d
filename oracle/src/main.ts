import { join, resolve } from 'node:path';
import { flag, parseOptions, runMain, UsageError } from '@commonwire/sdk/node';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { startServer } from './api/server';
import { backUp, readBackup, restore } from './runtime/backup';
import { type Config, readConfig } from './runtime/config';
import { OracleError } from './runtime/errors';
import { OracleEmitter } from './runtime/events';
import { logEvents, logger } from './runtime/logging';
import { openOracle, orClose, readSigner } from './runtime/open';
import { DynamoStore, dynamoClient, ensureTable } from './storage/dynamo';
import { joinDatabase, newDatabase } from './storage/embedded';

const USAGE = `npm run -s oracle                         runs an oracle until SIGINT or SIGTERM
npm run -s oracle -- backup --to FOLDER   copies its records while it is running
npm run -s oracle -- restore --from FOLDER [--exact]
                                          fills the empty folder COMMONWIRE_DATA from a backup

The oracle is configured by environment variables, which docs/oracle.md lists. The keys aren't part of a backup.

  --exact   the oracle has not run since the backup. Without it, the oracle asks its peers for what it signed since,
            and signs nothing for the epochs that were cut by then`;

/** Runs an oracle or one of its commands. */
async function main([command, ...argv]: readonly string[]): Promise<void> {
  if (command === undefined) return run();
  if (command === 'backup') return runBackup(argv);
  if (command === 'restore') return runRestore(argv);
  throw new UsageError(`${command} is not a command of an oracle; see npm run -s oracle -- --help`);
}

/** Prints a line for each event: text on a terminal, else JSON. */
async function run(): Promise<void> {
  const config = await readConfig(process.env);
  const events = new OracleEmitter();
  const write = (line: string) => process.stdout.write(`${line}\n`);
  // An oracle goes on though its log can't be written, such as to a full disk.
  process.stdout.on('error', () => undefined);
  const log = logger({ write, least: config.logLevel, text: process.stdout.isTTY });
  logEvents(events, log);
  // Its supervisor starts it again, and opening the database writes again what may not be on disk. Whoever waits for an
  // answer gets none, which promises nothing.
  events.on('disk-failed', () => process.exit(1));
  const { oracle, close } = await openOracle(config, events);
  const server = await orClose(startServer(oracle, { ...config, ofProcess: true }), close);
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
  log('info', 'listening', { url: server.url, oracle: oracle.address });
}

async function runBackup(argv: readonly string[]): Promise<void> {
  const { to } = parseOptions('npm run -s oracle -- backup', argv, z.object({ to: z.string() }));
  const config = await readConfig(process.env);
  const data = folderOf(config);
  const database = await joinDatabase(data);
  const client = dynamoClient(database.endpoint);
  try {
    const store = new DynamoStore(client, config.table);
    const backup = await backUp(store, join(data, 'parts'), resolve(to), await ownerOf(config));
    process.stdout.write(`${JSON.stringify({ event: 'backed-up', to: resolve(to), ...backup })}\n`);
  } finally {
    client.destroy();
    await database.close();
  }
}

async function runRestore(argv: readonly string[]): Promise<void> {
  const schema = z.object({ from: z.string(), exact: flag });
  const { from, exact } = parseOptions('npm run -s oracle -- restore', argv, schema);
  const config = await readConfig(process.env);
  const data = folderOf(config);
  const backup = await readBackup(resolve(from), await ownerOf(config));
  const database = await newDatabase(data);
  const client = dynamoClient(database.endpoint);
  try {
    await ensureTable(client, config.table);
    const store = new DynamoStore(client, config.table);
    await restore(resolve(from), backup, { store, parts: join(data, 'parts'), exact });
  } catch (error) {
    await database.discard();
    throw error;
  } finally {
    client.destroy();
  }
  await database.keep();
  process.stdout.write(`${JSON.stringify({ event: 'restored', data: resolve(data), exact, ...backup })}\n`);
}

/** The folder of an oracle that keeps everything in one. */
function folderOf({ data, bucket, dynamoEndpoint }: Config): string {
  if (data && !bucket && !dynamoEndpoint) return data;
  throw new OracleError(
    'bad-environment',
    'backup and restore are for oracles that keep everything in COMMONWIRE_DATA; use the backups of DynamoDB and S3 for others',
  );
}

async function ownerOf(config: Config): Promise<{ oracle: string; network: string }> {
  const { publicKey } = await readSigner(config);
  return { oracle: new PublicKey(publicKey).toBase58(), network: config.network };
}

void runMain(main, { usage: USAGE });
