import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Chain } from './chain/chain';
import { answerText, callMethod } from './rpc/dispatch';

/** The maximum size of a request in bytes: a validator's default. */
export const MAX_BODY_BYTES = 50 * 1024;

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
};

function reply(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { ...CORS, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Reads the body of a request; undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

async function serve(chain: Chain, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') return reply(response, 204, '');
  if (request.method === 'GET' && request.url === '/health') return reply(response, 200, 'ok');
  if (request.method !== 'POST')
    return reply(response, 405, 'Used HTTP Method is not allowed. POST is required');
  if (!request.headers['content-type']?.toLowerCase().startsWith('application/json')) {
    return reply(
      response,
      415,
      'Supplied content type is not allowed. Content-Type: application/json is required',
    );
  }
  const body = await readBody(request);
  if (body === undefined) return reply(response, 413, 'Request body is too large');
  const answer = answerText(body, (call) => callMethod(chain, call));
  reply(response, 200, answer ?? '', 'application/json; charset=utf-8');
}

/** Creates the HTTP server for a chain's JSON-RPC. It doesn't listen yet. */
export function createHttpServer(chain: Chain): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(chain, request, response).catch(() => response.destroy());
  });
}
