import {
  areaInfoSchema,
  areaListSchema,
  cellListSchema,
  deviceInfoSchema,
  deviceListSchema,
  epochInfoSchema,
  epochListSchema,
  epochSignaturesSchema,
  evidenceSchema,
  healthSchema,
  logSchema,
  networkInfoSchema,
  offerListSchema,
  orderInfoSchema,
  ownerInfoSchema,
  reportBatchResultSchema,
  reportBatchSchema,
  settlementSchema,
  traderListSchema,
} from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';

const integer = (most: number, least = 0) =>
  z
    .string()
    .regex(/^(0|[1-9][0-9]{0,15})$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));
const index = integer(0xffffffff);
const epoch = integer(Number.MAX_SAFE_INTEGER);
// Digits that are no cell have no area, as most cells.
const cell = z.string().regex(/^[0-9a-f]{15}$/, 'must be an H3 cell in 15 hex digits');
const address = z.string().refine(isAddress, 'must be a base58 address').meta({ format: 'solana-address' });

/** Codes of errors by status. */
export type Errors = Readonly<Record<number, readonly string[]>>;

/** Errors of answers that need the network on chain, and of those that need its ledger. */
const ofChain: Errors = { 503: ['timeout'] };
const ofLedger: Errors = { 503: ['timeout', 'not-ready'] };

/** An operation of the HTTP API. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Path with `{name}` for parameters, as in API Gateway and OpenAPI. */
  readonly path: string;
  /** The function in serverless.yml that answers. */
  readonly function: 'ingest' | 'settlements' | 'status';
  readonly summary: string;
  /** Whether it reads so much that only a few are answered at once. */
  readonly heavy?: boolean;
  readonly parameters: z.ZodObject;
  readonly query: z.ZodObject;
  /** Its errors beside those that every route has. */
  readonly errors?: Errors;
  readonly body?: z.ZodType;
  /** Absent for gzipped bytes and for the OpenAPI document. */
  readonly answer?: z.ZodType;
}

const none = z.object({});
/** Devices after an index, at most so many. */
const slice = (limit: number) => z.object({ after: index.optional(), limit: integer(256, 1).default(limit) });

/** All routes by their name in the code. */
export const routes = {
  submit: {
    method: 'POST',
    path: '/v1/reports',
    function: 'ingest',
    summary: 'Submit 1 to 100 signed reports; those answered with accepted have been stored.',
    errors: {
      400: ['malformed-json', 'bad-schema'],
      413: ['too-large'],
      415: ['unsupported-media-type'],
      503: ['not-ready', 'registry-behind', 'log-full', 'clock-behind'],
    },
    parameters: none,
    query: none,
    body: reportBatchSchema,
    answer: reportBatchResultSchema,
  },
  network: {
    method: 'GET',
    path: '/v1/network',
    function: 'status',
    summary: 'The network on chain, its policy and this oracle.',
    errors: ofChain,
    parameters: none,
    query: none,
    answer: networkInfoSchema,
  },
  devices: {
    method: 'GET',
    path: '/v1/devices',
    function: 'status',
    heavy: true,
    summary: 'Devices by index, or those of one owner; next_after asks for the next page.',
    errors: ofLedger,
    parameters: none,
    query: slice(64).extend({ owner: address.optional() }),
    answer: deviceListSchema,
  },
  cells: {
    method: 'GET',
    path: '/v1/cells',
    function: 'status',
    heavy: true,
    summary: 'The H3 cells and kinds of devices by index, for maps; next_after asks for the next page.',
    parameters: none,
    query: z.object({ after: index.optional(), limit: integer(8192, 1).default(4096) }),
    answer: cellListSchema,
  },
  device: {
    method: 'GET',
    path: '/v1/devices/{index}',
    function: 'status',
    heavy: true,
    summary: 'A device, its latest reports with their verdicts, and its refusals.',
    errors: { 404: ['not-found'], ...ofLedger },
    parameters: z.object({ index }),
    query: none,
    answer: deviceInfoSchema,
  },
  owner: {
    method: 'GET',
    path: '/v1/owners/{address}',
    function: 'status',
    heavy: true,
    summary:
      "An owner's devices with their earned, paid and claimable amounts, and the arguments to settle them; next_after asks for the next page.",
    errors: ofLedger,
    parameters: z.object({ address }),
    query: slice(256),
    answer: ownerInfoSchema,
  },
  settlement: {
    method: 'GET',
    path: '/v1/settlements/{first}',
    function: 'settlements',
    heavy: true,
    summary: 'The arguments to settle a run of devices under the current ledger.',
    errors: { 404: ['bad-run'], ...ofLedger },
    parameters: z.object({ first: index }),
    query: z.object({ count: integer(1024, 1).default(1) }),
    answer: settlementSchema,
  },
  area: {
    method: 'GET',
    path: '/v1/areas/{cell}',
    function: 'settlements',
    heavy: true,
    summary:
      'The energy market in an H3 cell: its areas, and what promoted epochs cleared there, latest first; next_before asks for earlier epochs.',
    errors: { 404: ['not-found'], ...ofLedger },
    parameters: z.object({ cell }),
    query: z.object({ before: epoch.optional(), limit: integer(64, 1).default(12) }),
    answer: areaInfoSchema,
  },
  areas: {
    method: 'GET',
    path: '/v1/areas',
    function: 'settlements',
    heavy: true,
    summary:
      "Areas in the current epoch's book, with how many offers and orders each has; next_after asks for the next page.",
    errors: { 404: ['not-found'], ...ofLedger },
    parameters: none,
    query: z.object({ after: address.optional(), limit: integer(256, 1).default(64) }),
    answer: areaListSchema,
  },
  traders: {
    method: 'GET',
    path: '/v1/orders',
    function: 'settlements',
    heavy: true,
    summary:
      "Offers and orders of energy in the current epoch's book, of an area, a device or an owner; next_after asks for the next page.",
    errors: { 404: ['not-found'], ...ofLedger },
    parameters: none,
    query: z.object({
      area: address.optional(),
      device: index.optional(),
      owner: address.optional(),
      after: address.optional(),
      limit: integer(256, 1).default(64),
    }),
    answer: traderListSchema,
  },
  order: {
    method: 'GET',
    path: '/v1/orders/{address}',
    function: 'settlements',
    heavy: true,
    summary:
      'What an order or offer of energy has used or delivered under the current usage root, with the proof to settle or close it.',
    errors: { 404: ['not-found'], ...ofLedger },
    parameters: z.object({ address }),
    query: none,
    answer: orderInfoSchema,
  },
  offers: {
    method: 'GET',
    path: '/v1/offers',
    function: 'settlements',
    heavy: true,
    summary:
      "An area's offers of energy in the current epoch's book, by address, with what they have not delivered yet; next_after asks for the next page.",
    errors: { 404: ['not-found'], ...ofLedger },
    parameters: none,
    query: z.object({ area: address, after: address.optional(), limit: integer(256, 1).default(64) }),
    answer: offerListSchema,
  },
  epochs: {
    method: 'GET',
    path: '/v1/epochs',
    function: 'status',
    heavy: true,
    summary: 'Epochs, latest first.',
    errors: ofChain,
    parameters: none,
    query: z.object({ before: epoch.optional(), limit: integer(100, 1).default(20) }),
    answer: epochListSchema,
  },
  epoch: {
    method: 'GET',
    path: '/v1/epochs/{epoch}',
    function: 'status',
    heavy: true,
    summary: "An epoch with its dataset's manifest.",
    errors: { 404: ['not-found'], ...ofChain },
    parameters: z.object({ epoch }),
    query: none,
    answer: epochInfoSchema,
  },
  part: {
    method: 'GET',
    path: '/v1/epochs/{epoch}/parts/{sha256}',
    function: 'status',
    heavy: true,
    summary: "A dataset's part or manifest, or a page of a log, by the SHA-256 of its uncompressed bytes.",
    errors: { 404: ['not-found'] },
    parameters: z.object({ epoch, sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex') }),
    query: none,
  },
  signatures: {
    method: 'GET',
    path: '/v1/epochs/{epoch}/signatures',
    function: 'status',
    summary:
      'The signatures of this oracle for an epoch, its refusals, and the signatures it observed from others.',
    parameters: z.object({ epoch }),
    query: none,
    answer: epochSignaturesSchema,
  },
  evidence: {
    method: 'GET',
    path: '/v1/evidence',
    function: 'status',
    summary:
      'Pairs of messages signed by one oracle for the same epoch and attempt, for which it can be slashed.',
    parameters: none,
    query: none,
    answer: evidenceSchema,
  },
  log: {
    method: 'GET',
    path: '/v1/logs/{epoch}',
    function: 'status',
    summary:
      "An oracle's sealed log of an epoch, this oracle's own or its verified copy of a peer's: its head, and its runs, whose pages are served as parts.",
    errors: { 404: ['not-found', 'not-sealed'] },
    parameters: z.object({ epoch }),
    query: z.object({ oracle: address.optional() }),
    answer: logSchema,
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
    summary: 'Whether the oracle is ready to accept reports.',
    parameters: none,
    query: none,
    answer: healthSchema,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** API Gateway's key of a route, such as `GET /v1/epochs/{epoch}`. */
export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

function isAddress(text: string): boolean {
  try {
    return text.length <= 44 && new PublicKey(text).toBase58() === text;
  } catch {
    return false;
  }
}
