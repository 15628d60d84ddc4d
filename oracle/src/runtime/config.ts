import type { PriorityFee } from '@commonwire/sdk/core';
import { clusterUrl, priorityFee, readText } from '@commonwire/sdk/node';
import { z } from 'zod';
import { type Policy, parsePolicy } from '../domain/index';
import { isNetwork } from '../edge/addresses';
import { LIMITS, type Limits } from '../edge/limits';
import { OracleError } from './errors';
import { readSecret } from './keys';
import { LEVELS, type Level } from './logging';

const seconds = z.coerce.number().positive().max(86_400);
const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'must be a base58 address');
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((part) => part.trim() !== ''))
  .pipe(z.array(z.url()));
const proxies = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().refine(isNetwork, 'must be addresses or networks such as 10.0.0.0/8')));
const atLeastOne = z.coerce.number().int().min(1);

const environmentSchema = z
  .object({
    COMMONWIRE_RPC_URL: clusterUrl.optional(),
    COMMONWIRE_RPC_PARAMETER: z.string().optional(),
    COMMONWIRE_NETWORK: address,
    COMMONWIRE_POLICY: z.string().min(1),
    COMMONWIRE_DEVELOPMENT: z.enum(['0', '1']).default('0'),
    COMMONWIRE_COMMITMENT: z.enum(['confirmed', 'finalized']).default('finalized'),
    COMMONWIRE_PRIORITY_FEE: priorityFee.default(0n),
    COMMONWIRE_PEERS: list,
    COMMONWIRE_ORACLE_KEY: z.string().optional(),
    COMMONWIRE_KMS_KEY_ID: z.string().optional(),
    COMMONWIRE_PAYER_KEY: z.string().optional(),
    COMMONWIRE_PAYER_PARAMETER: z.string().optional(),
    COMMONWIRE_DATA: z.string().optional(),
    COMMONWIRE_DYNAMODB_ENDPOINT: z.url().optional(),
    COMMONWIRE_TABLE: z.string().min(3).default('commonwire-oracle'),
    COMMONWIRE_BUCKET: z.string().optional(),
    COMMONWIRE_STATE_MACHINE: z
      .string()
      .regex(/^arn:.+:stateMachine:[^:]+$/, 'must be the ARN of a state machine')
      .optional(),
    COMMONWIRE_CLOSE_COMMAND: z.string().min(1).optional(),
    COMMONWIRE_HEAD_SECONDS: seconds.default(20),
    COMMONWIRE_ATTEMPT_SECONDS: seconds.default(120),
    COMMONWIRE_TICK_SECONDS: seconds.default(5),
    COMMONWIRE_TURN_SECONDS: seconds.default(10),
    COMMONWIRE_HOST: z.string().default('127.0.0.1'),
    COMMONWIRE_LOG_LEVEL: z.enum(LEVELS).default('info'),
    COMMONWIRE_PROXIES: proxies.optional(),
    COMMONWIRE_MAX_CONNECTIONS: atLeastOne.max(65_000).default(LIMITS.connections),
    COMMONWIRE_REQUESTS_PER_SECOND: atLeastOne.max(1_000_000).default(LIMITS.perSecond),
    COMMONWIRE_PORT: z.coerce.number().int().min(0).max(65_535).default(8700),
  })
  .refine((env) => env.COMMONWIRE_RPC_URL || env.COMMONWIRE_RPC_PARAMETER, {
    message: 'must be set; docs/oracle.md lists every variable',
    path: ['COMMONWIRE_RPC_URL'],
  })
  .refine((env) => env.COMMONWIRE_ORACLE_KEY || env.COMMONWIRE_KMS_KEY_ID, {
    message: 'set COMMONWIRE_ORACLE_KEY (a key file) or COMMONWIRE_KMS_KEY_ID',
  })
  .refine((env) => env.COMMONWIRE_DATA || env.COMMONWIRE_BUCKET, {
    message: 'set COMMONWIRE_DATA (a folder) or COMMONWIRE_BUCKET (and AWS credentials)',
  })
  .refine((env) => env.COMMONWIRE_BUCKET || !env.COMMONWIRE_STATE_MACHINE, {
    message: 'needs COMMONWIRE_BUCKET, which its workers read and write',
    path: ['COMMONWIRE_STATE_MACHINE'],
  });

/** How long an oracle waits for others, in milliseconds. */
export interface Patience {
  /** How long a leader waits for peers' heads after a cut before it closes with those it has. */
  readonly headsMs: number;
  /** How long to wait for a threshold of signatures before the next attempt and its leader. */
  readonly attemptMs: number;
  /** How long to wait for the epoch's leader to send a transaction that any oracle may send. */
  readonly turnMs: number;
}

/** An oracle's settings. */
export interface Config {
  readonly rpcUrl: string;
  readonly network: string;
  readonly policy: Policy;
  readonly commitment: 'confirmed' | 'finalized';
  /** What its transactions pay for a compute unit. */
  readonly priorityFee?: PriorityFee;
  readonly peers: readonly string[];
  readonly key: { readonly file: string } | { readonly kms: string };
  /** The payer's key: a file, or the name of an SSM parameter that contains such a file's text. */
  readonly payer: { readonly file: string } | { readonly parameter: string } | undefined;
  /** A folder for blobs and, without `dynamoEndpoint`, the embedded database. */
  readonly data: string | undefined;
  readonly dynamoEndpoint: string | undefined;
  readonly table: string;
  readonly bucket: string | undefined;
  /** ARN of the state machine that closes epochs of many shards. */
  readonly stateMachine?: string;
  /** Command that closes them off AWS. */
  readonly closeCommand?: string;
  readonly patience: Patience;
  readonly tickMs: number;
  readonly host: string;
  readonly port: number;
  /** Log lines of a lower level are left out. */
  readonly logLevel: Level;
  /** Of its HTTP server, where they differ from the usual ones. */
  readonly limits?: Partial<Limits>;
}

/**
 * Reads an oracle's settings from environment variables. COMMONWIRE_POLICY is either a path or the JSON itself.
 * @throws OracleError `bad-environment` naming the first invalid variable
 */
export async function readConfig(environment: NodeJS.ProcessEnv): Promise<Config> {
  const parsed = environmentSchema.safeParse(environment, {
    error: ({ input }) =>
      input === undefined ? 'must be set; docs/oracle.md lists every variable' : undefined,
  });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new OracleError(
      'bad-environment',
      [issue.path.join('.'), issue.message].filter(Boolean).join(': '),
    );
  }
  const env = parsed.data;
  return {
    rpcUrl: env.COMMONWIRE_RPC_URL ?? (await readRpcUrl(env.COMMONWIRE_RPC_PARAMETER ?? '')),
    network: env.COMMONWIRE_NETWORK,
    policy: await readPolicy(env.COMMONWIRE_POLICY, env.COMMONWIRE_DEVELOPMENT === '1'),
    commitment: env.COMMONWIRE_COMMITMENT,
    priorityFee: env.COMMONWIRE_PRIORITY_FEE,
    peers: env.COMMONWIRE_PEERS,
    key: env.COMMONWIRE_KMS_KEY_ID
      ? { kms: env.COMMONWIRE_KMS_KEY_ID }
      : { file: env.COMMONWIRE_ORACLE_KEY ?? '' },
    payer: env.COMMONWIRE_PAYER_PARAMETER
      ? { parameter: env.COMMONWIRE_PAYER_PARAMETER }
      : env.COMMONWIRE_PAYER_KEY
        ? { file: env.COMMONWIRE_PAYER_KEY }
        : undefined,
    data: env.COMMONWIRE_DATA,
    dynamoEndpoint: env.COMMONWIRE_DYNAMODB_ENDPOINT,
    table: env.COMMONWIRE_TABLE,
    bucket: env.COMMONWIRE_BUCKET,
    ...(env.COMMONWIRE_CLOSE_COMMAND && { closeCommand: env.COMMONWIRE_CLOSE_COMMAND }),
    ...(env.COMMONWIRE_STATE_MACHINE && { stateMachine: env.COMMONWIRE_STATE_MACHINE }),
    patience: {
      headsMs: env.COMMONWIRE_HEAD_SECONDS * 1000,
      attemptMs: env.COMMONWIRE_ATTEMPT_SECONDS * 1000,
      turnMs: env.COMMONWIRE_TURN_SECONDS * 1000,
    },
    tickMs: env.COMMONWIRE_TICK_SECONDS * 1000,
    host: env.COMMONWIRE_HOST,
    port: env.COMMONWIRE_PORT,
    logLevel: env.COMMONWIRE_LOG_LEVEL,
    limits: {
      connections: env.COMMONWIRE_MAX_CONNECTIONS,
      connectionsPerAddress: Math.ceil(env.COMMONWIRE_MAX_CONNECTIONS / 8),
      perSecond: env.COMMONWIRE_REQUESTS_PER_SECOND,
      burst: env.COMMONWIRE_REQUESTS_PER_SECOND * 20,
      ...(env.COMMONWIRE_PROXIES && { proxies: env.COMMONWIRE_PROXIES }),
    },
  };
}

/** An RPC node's address often holds an API key, so that errors don't show it. */
async function readRpcUrl(parameter: string): Promise<string> {
  const url = clusterUrl.safeParse(await readSecret(parameter));
  if (url.success) return url.data;
  throw new OracleError('bad-environment', `parameter ${parameter} isn't the address of an RPC node`);
}

async function readPolicy(source: string, development: boolean): Promise<Policy> {
  const text = source.trimStart().startsWith('{') ? source : readText(source);
  try {
    return parsePolicy(JSON.parse(text), { development });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new OracleError('bad-environment', `COMMONWIRE_POLICY: not JSON (${cause.message})`, { cause });
  }
}
