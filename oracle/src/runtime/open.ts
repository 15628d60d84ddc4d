import { join } from 'node:path';
import { connect as connectTo, type Signer } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { type Connection, type Keypair, PublicKey } from '@solana/web3.js';
import { SolanaChain } from '../chain/solana';
import { SolanaWatch } from '../chain/watch';
import { commandMachine } from '../epoch/steps/command';
import { type Elsewhere, stateMachine } from '../epoch/steps/machine';
import { openStepFiles } from '../epoch/steps/stores';
import { expiryOf } from '../log/keep';
import { type BlobStore, folderBlobs } from '../storage/blobs';
import { type DiskFailed, DurableStore } from '../storage/durable';
import { DynamoStore, dynamoClient, ensureTable } from '../storage/dynamo';
import { joinDatabase, openDatabase } from '../storage/embedded';
import { readOnlyBlobs, readOnlyStore } from '../storage/read-only';
import { s3Blobs } from '../storage/s3';
import type { Store } from '../storage/store';
import type { Config } from './config';
import { OracleError, reasonOf } from './errors';
import type { OracleEmitter } from './events';
import { kmsSigner, localSigner, readPrivateKeypair, readSecretKeypair, withoutSigning } from './keys';
import { createOracle, type Oracle, type OracleParts } from './oracle';

/** Short enough that what is shown is about as old as a confirmation takes. */
export const FRESHNESS = { freshMs: 1_000, staleMs: 5_000 };

/**
 * What a function on AWS may do: everything; append to the log, and sign nothing; or only read. Its role allows no more
 * (`serverless.yml`).
 */
export type Access = 'whole' | 'append' | 'read';

/** The most milliseconds that a task on AWS copies peers' logs itself; the function `copy` does the rest. */
const FUNCTION_COPY_MS = 10_000;
/** How long a function waits for transactions of the registry, milliseconds: well below its time limit. */
const FUNCTION_REGISTRY_MS = 20_000;

/** Shards from which on a close is worth a state machine, and those that one function can close if need be: 524,288 devices. */
const LEAST_SHARDS = 2;
const MOST_SHARDS = 8;

/** An oracle and a function that releases its resources. */
export interface OpenOracle {
  readonly oracle: Oracle;
  close(): Promise<void>;
}

/**
 * Creates an oracle from its settings. The network's account must exist, because its birth is part of signed messages.
 * @param connect creates the connection to the RPC node
 * @param now the real clock, milliseconds; only a demo has another one, of another pace
 * @param shared whether other processes or functions may have the database of the data folder open
 * @param asFunction what it may do, if it is a function on AWS, which is frozen once it has answered
 * @param shardThreads threads that compute a close's shards
 * @throws CommonwireError if the settings or the network can't be used
 */
export async function openOracle(
  config: Config,
  events: OracleEmitter,
  {
    connect = connectTo,
    now = Date.now,
    pace = 1,
    shared = false,
    asFunction,
    shardThreads = 0,
  }: {
    connect?: (url: string) => Connection;
    now?: () => number;
    pace?: number;
    shared?: boolean;
    asFunction?: Access;
    shardThreads?: number;
  } = {},
): Promise<OpenOracle> {
  const network = new PublicKey(config.network);
  const connection = connect(config.rpcUrl);
  const access = { connection, network, payer: payer(config) };
  const chain = new SolanaChain({
    ...access,
    commitment: config.commitment,
    priorityFee: config.priorityFee,
  });
  const { birth, genesisHash } = await chain.readNetwork('latest');
  await chain.requireCluster(genesisHash);
  const signer = await readSigner(config);
  const { store, close } = await openStore(config, shared, (error) => {
    const { cause } = error as Error;
    events.emit('disk-failed', { message: `${reasonOf(error)} (${reasonOf(cause)})` });
  });
  const oracle = createOracle({
    identity: { network: network.toBytes(), program: PROGRAM_ID.toBytes(), birth, genesisHash },
    policy: config.policy,
    patience: config.patience,
    ...limited(asFunction, { signer, store, blobs: openBlobs(config) }),
    chain,
    watch: new SolanaWatch(access),
    peerUrls: config.peers,
    freshness: FRESHNESS,
    // A function is frozen once it has answered, so nothing goes on in its background.
    ...(asFunction && { copyMs: FUNCTION_COPY_MS }),
    ...(shared && { registryMs: FUNCTION_REGISTRY_MS }),
    events,
    now,
    pace,
    shardThreads,
    ...openElsewhere(config),
  });
  return {
    oracle,
    close: async () => {
      oracle.registry.stop();
      await close();
    },
  };
}

type Kept = Pick<OracleParts, 'signer' | 'store' | 'blobs'>;

/** An oracle's key, store and parts, as far as a function may use them. */
export function limited(access: Access | undefined, parts: Kept): Kept {
  if (access === undefined || access === 'whole') return parts;
  const { store, blobs } = parts;
  const signer = withoutSigning(parts.signer);
  return access === 'append'
    ? { ...parts, signer }
    : { signer, store: readOnlyStore(store), blobs: readOnlyBlobs(blobs) };
}

/** Reads an oracle's key, or asks KMS for its public part. */
export const readSigner = async ({ key }: Pick<Config, 'key'>): Promise<Signer> =>
  'kms' in key ? kmsSigner(key.kms) : localSigner((await readPrivateKeypair(key.file)).secretKey);

/**
 * Returns a function that reads the payer's key. Only tasks that send call it; other functions may not read the secret.
 */
function payer({ payer: source }: Config): (() => Promise<Keypair>) | undefined {
  if (!source) return undefined;
  return () => ('file' in source ? readPrivateKeypair(source.file) : readSecretKeypair(source.parameter));
}

/**
 * Opens the database that an oracle's settings name. What it answers is on disk: in DynamoDB, or in the folder.
 * @param shared whether other functions may have the folder's open
 */
export async function openStore(
  { data, dynamoEndpoint, table }: Pick<Config, 'data' | 'dynamoEndpoint' | 'table'>,
  shared: boolean,
  diskFailed?: DiskFailed,
): Promise<{ store: Store; close(): Promise<void> }> {
  if (!dynamoEndpoint && !data)
    return {
      store: new DynamoStore(dynamoClient(), table, expiryOf(Date.now)),
      close: async () => undefined,
    };
  const open = shared ? joinDatabase : openDatabase;
  const embedded = dynamoEndpoint ? undefined : await open(data ?? '');
  const client = dynamoClient(dynamoEndpoint ?? embedded?.endpoint);
  const close = async () => {
    client.destroy();
    await embedded?.close();
  };
  await orClose(ensureTable(client, table), close);
  const store = new DynamoStore(client, table);
  return { store: embedded ? new DurableStore(store, embedded.sync, diskFailed) : store, close };
}

/** What `opening` gives; if it fails, what is open already is closed, since it would keep the process alive. */
export async function orClose<T>(opening: Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    await close();
    throw error;
  }
}

function openBlobs({ bucket, data }: Config): BlobStore {
  if (bucket) return s3Blobs(bucket);
  if (data) return folderBlobs(join(data, 'parts'));
  throw new OracleError('bad-environment', 'set COMMONWIRE_DATA or COMMONWIRE_BUCKET');
}

function openElsewhere(config: Config): { elsewhere?: Elsewhere } {
  const { stateMachine: arn, closeCommand } = config;
  const machine = arn ? stateMachine(arn) : closeCommand ? commandMachine(closeCommand) : undefined;
  if (!machine) return {};
  return { elsewhere: { machine, files: openStepFiles(config), least: LEAST_SHARDS, most: MOST_SHARDS } };
}
