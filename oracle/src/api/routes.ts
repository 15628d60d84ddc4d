import {
  deviceInfoSchema,
  epochInfoSchema,
  epochListSchema,
  epochSignaturesSchema,
  evidenceSchema,
  healthSchema,
  logSliceSchema,
  networkInfoSchema,
  ownerInfoSchema,
  reportBatchResultSchema,
  reportBatchSchema,
  settlementSchema,
} from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';

const integer = (most: number) =>
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,15})$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(most));
const index = integer(0xffffffff);
const epoch = integer(Number.MAX_SAFE_INTEGER);
const address = z.string().refine(isAddress, 'must be a base58 address');

/** One operation of the HTTP API. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Path with `{name}` for parameters, as API Gateway and OpenAPI write it. */
  readonly path: string;
  /** The function of serverless.yml that answers. */
  readonly function: 'ingest' | 'settlements' | 'status';
  readonly summary: string;
  readonly parameters: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent: gzipped bytes, or the OpenAPI document. */
  readonly answer?: z.ZodType;
}

const none = z.object({});

/** Every route, each named as the code calls it. */
export const routes = {
  submit: {
    method: 'POST',
    path: '/v1/reports',
    function: 'ingest',
    summary: 'Hand in 1 to 100 signed reports; what is answered accepted is stored.',
    parameters: none,
    query: none,
    body: reportBatchSchema,
    answer: reportBatchResultSchema,
  },
  network: {
    method: 'GET',
    path: '/v1/network',
    function: 'status',
    summary: 'The network on chain, its policy, and this oracle.',
    parameters: none,
    query: none,
    answer: networkInfoSchema,
  },
  device: {
    method: 'GET',
    path: '/v1/devices/{index}',
    function: 'status',
    summary: 'A device, its last reports with their verdicts, and what was refused.',
    parameters: z.object({ index }),
    query: none,
    answer: deviceInfoSchema,
  },
  owner: {
    method: 'GET',
    path: '/v1/owners/{address}',
    function: 'status',
    summary: "An owner's devices, what they earned, were paid and can claim, with arguments to settle.",
    parameters: z.object({ address }),
    query: none,
    answer: ownerInfoSchema,
  },
  settlement: {
    method: 'GET',
    path: '/v1/settlements/{first}',
    function: 'settlements',
    summary: 'Arguments to settle neighbouring devices under the current ledger.',
    parameters: z.object({ first: index }),
    query: z.object({ count: integer(1024).pipe(z.number().min(1)).default(1) }),
    answer: settlementSchema,
  },
  epochs: {
    method: 'GET',
    path: '/v1/epochs',
    function: 'status',
    summary: 'Epochs, latest first.',
    parameters: none,
    query: z.object({ before: epoch.optional(), limit: integer(100).pipe(z.number().min(1)).default(20) }),
    answer: epochListSchema,
  },
  epoch: {
    method: 'GET',
    path: '/v1/epochs/{epoch}',
    function: 'status',
    summary: "An epoch with its dataset's manifest.",
    parameters: z.object({ epoch }),
    query: none,
    answer: epochInfoSchema,
  },
  part: {
    method: 'GET',
    path: '/v1/epochs/{epoch}/parts/{sha256}',
    function: 'status',
    summary: 'A part or manifest of a dataset by the SHA-256 of its uncompressed bytes.',
    parameters: z.object({ epoch, sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex') }),
    query: none,
  },
  signatures: {
    method: 'GET',
    path: '/v1/epochs/{epoch}/signatures',
    function: 'status',
    summary: 'What this oracle signed for an epoch, what it refused to, and what it saw others sign.',
    parameters: z.object({ epoch }),
    query: none,
    answer: epochSignaturesSchema,
  },
  evidence: {
    method: 'GET',
    path: '/v1/evidence',
    function: 'status',
    summary: 'Two messages by one oracle for the same epoch and attempt: what it can be slashed by.',
    parameters: none,
    query: none,
    answer: evidenceSchema,
  },
  log: {
    method: 'GET',
    path: '/v1/logs/{epoch}',
    function: 'status',
    summary: "An oracle's log of an epoch: this one's, or its verified copy of another's.",
    parameters: z.object({ epoch }),
    query: z.object({ from: integer(0xffffffff).default(0), oracle: address.optional() }),
    answer: logSliceSchema,
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    function: 'status',
    summary: 'This document.',
    parameters: none,
    query: none,
  },
  health: {
    method: 'GET',
    path: '/health',
    function: 'status',
    summary: 'Whether the oracle is ready to take reports.',
    parameters: none,
    query: none,
    answer: healthSchema,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** API Gateway's name of a route, such as `GET /v1/epochs/{epoch}`. */
export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

function isAddress(text: string): boolean {
  try {
    return text.length <= 44 && new PublicKey(text).toBase58() === text;
  } catch {
    return false;
  }
}
