import type { z } from 'zod';
import { cellList, deviceInfo, deviceList } from '../api/devices';
import { health } from '../api/health';
import { type Answer, compressedJson, gzipped, type HttpEvent, type HttpFunction, json } from '../api/http';
import { areaInfo, offerList, orderInfo } from '../api/market';
import { areaList, traderList } from '../api/market-lists';
import { openapiDocument } from '../api/openapi';
import { type Route, type RouteName, routeKey, routes } from '../api/routes';
import { ownerInfo, settlement } from '../api/settlements';
import { epochInfo, epochList, epochSignatures, evidence, logInfo, networkInfo } from '../api/status';
import { badRequest, notFound } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { onAws } from './common';

type Responder<R extends Route> = (
  oracle: Oracle,
  input: z.output<R['parameters']> & z.output<R['query']>,
) => Promise<unknown>;

/** GETs that are answered with a value, as JSON. */
type ValueRoute = Exclude<RouteName, 'submit' | 'part' | 'health' | 'epoch'>;

const responders: { [N in ValueRoute]: Responder<(typeof routes)[N]> } = {
  network: networkInfo,
  devices: deviceList,
  cells: cellList,
  device: (oracle, { index }) => deviceInfo(oracle, index),
  owner: ownerInfo,
  settlement: (oracle, { first, count }) => settlement(oracle, first, count),
  area: areaInfo,
  areas: areaList,
  traders: traderList,
  order: orderInfo,
  offers: offerList,
  epochs: epochList,
  signatures: (oracle, { epoch }) => epochSignatures(oracle, epoch),
  log: (oracle, { epoch, ...of }) => logInfo(oracle, epoch, of),
  evidence,
  openapi: async () => openapiDocument(),
};

/** Names and routes by API Gateway's keys, made once: this is asked at every request. */
const byKey = new Map(
  Object.entries<Route>(routes).map(([name, route]) => [routeKey(route), { name, route }]),
);

/** Handles every GET of the API. */
export const status =
  (oracle: Oracle): HttpFunction =>
  async (event) => {
    const found = byKey.get(event.routeKey);
    if (!found) throw notFound(`there is no ${event.routeKey}; see /openapi.json`);
    const { name, route } = found;
    const given = read(route.parameters, event.pathParameters);
    const asked = read(route.query, event.queryStringParameters);
    if (name === 'part') return part(oracle, String(given.sha256));
    if (name === 'health') return healthAnswer(oracle);
    if (name === 'epoch') return compressedJson(event, await epochInfo(oracle, Number(given.epoch)));
    const respond = responders[name as ValueRoute] as Responder<Route>;
    return compressedJson(event, JSON.stringify(await respond(oracle, { ...given, ...asked })));
  };

function read(schema: z.ZodObject, values: HttpEvent['pathParameters']): Record<string, unknown> {
  const parsed = schema.safeParse(values ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest('bad-parameter', `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Answers with 503 unless this oracle can be relied on, so that load balancers and monitors need not read the body. */
async function healthAnswer(oracle: Oracle): Promise<Answer> {
  const told = await health(oracle);
  return json(told.status === 'ok' || told.status === 'degraded' ? 200 : 503, told, {
    'cache-control': 'no-store',
  });
}

async function part(oracle: Oracle, sha256: string): Promise<Answer> {
  const pieces = await oracle.blobs.streamCompressed(sha256);
  if (!pieces) throw notFound(`no part ${sha256} is stored here; ask another oracle`);
  return gzipped(pieces, 'application/octet-stream');
}

export const handler = onAws(status);
