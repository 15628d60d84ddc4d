import type { z } from 'zod';
import { deviceInfo, deviceList } from '../api/devices';
import { health } from '../api/health';
import {
  compressedJson,
  gzipped,
  type HttpEvent,
  type HttpFunction,
  type HttpResult,
  json,
} from '../api/http';
import { openapiDocument } from '../api/openapi';
import { type Route, type RouteName, routeKey, routes } from '../api/routes';
import { ownerInfo, settlement } from '../api/settlements';
import { epochInfo, epochList, epochSignatures, evidence, logSlice, networkInfo } from '../api/status';
import { badRequest, notFound } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { onAws } from './common';

type Responder<R extends Route> = (
  oracle: Oracle,
  input: z.output<R['parameters']> & z.output<R['query']>,
  event: HttpEvent,
) => Promise<unknown>;

/** The responder for each GET, by route name. */
const responders: { [N in Exclude<RouteName, 'submit' | 'part' | 'health'>]: Responder<(typeof routes)[N]> } =
  {
    network: networkInfo,
    devices: deviceList,
    device: (oracle, { index }) => deviceInfo(oracle, index),
    owner: (oracle, { address }) => ownerInfo(oracle, address),
    settlement: (oracle, { first, count }) => settlement(oracle, first, count),
    epochs: epochList,
    epoch: (oracle, { epoch }) => epochInfo(oracle, epoch),
    signatures: (oracle, { epoch }) => epochSignatures(oracle, epoch),
    evidence,
    log: (oracle, { epoch, ...slice }) => logSlice(oracle, epoch, slice),
    openapi: async () => openapiDocument(),
  };

/** Handles every GET of the API. */
export const status =
  (oracle: Oracle): HttpFunction =>
  async (event) => {
    const entry = Object.entries<Route>(routes).find(([, route]) => routeKey(route) === event.routeKey);
    if (!entry) throw notFound(`there is no ${event.routeKey}; see /openapi.json`);
    const [name, route] = entry;
    const input = {
      ...read(route.parameters, event.pathParameters),
      ...read(route.query, event.queryStringParameters),
    };
    if (name === 'part') return part(oracle, String(input.sha256));
    if (name === 'health') return healthResult(oracle);
    const respond = responders[name as keyof typeof responders] as Responder<Route>;
    return compressedJson(event, await respond(oracle, input, event));
  };

function read(schema: z.ZodObject, values: HttpEvent['pathParameters']): Record<string, unknown> {
  const parsed = schema.safeParse(values ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest('bad-parameter', `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Answers with 503 unless this oracle can be relied on, so that load balancers and monitors need not read the body. */
async function healthResult(oracle: Oracle): Promise<HttpResult> {
  const told = await health(oracle);
  return json(told.status === 'ok' || told.status === 'degraded' ? 200 : 503, told, {
    'cache-control': 'no-store',
  });
}

async function part(oracle: Oracle, sha256: string): Promise<HttpResult> {
  const bytes = await oracle.blobs.getCompressed(sha256);
  if (!bytes) throw notFound(`no part ${sha256} is stored here; ask another oracle`);
  return gzipped(bytes, 'application/x-ndjson');
}

export const handler = onAws(status);
