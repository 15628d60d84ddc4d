import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { OracleError } from '../runtime/errors';

const compress = promisify(gzip);

/** Shorter texts aren't compressed. */
const LEAST_COMPRESSED = 4096;

/** The fields of an API Gateway HTTP API event (format 2.0) that the functions read; the plain server sets them too. */
export type HttpEvent = Pick<
  APIGatewayProxyEventV2,
  'routeKey' | 'headers' | 'body' | 'isBase64Encoded' | 'pathParameters' | 'queryStringParameters'
>;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** Parts of a body in order, which are made while the client takes them. */
export type Pieces = AsyncGenerator<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a request is answered with. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Pieces;
}

export type HttpFunction = (event: HttpEvent) => Promise<Answer>;

const HEADERS = {
  'content-type': 'application/json',
  // Everything served is public and nothing is authenticated by the browser.
  'access-control-allow-origin': '*',
};

/** Makes a JSON answer. */
export const json = (statusCode: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  statusCode,
  headers: { ...HEADERS, ...headers },
  body: JSON.stringify(value),
});

/** Makes an answer from gzipped bytes that never change at this URL. */
export const gzipped = (body: Pieces, contentType: string): Answer => ({
  statusCode: 200,
  headers: {
    ...HEADERS,
    'content-type': contentType,
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
  },
  body,
});

/** Makes a JSON answer from its text, gzipped if it is long and the client accepts gzip. */
export async function compressedJson(event: HttpEvent, text: string): Promise<Answer> {
  const plain: Answer = { statusCode: 200, headers: HEADERS, body: text };
  const accepted = (header(event, 'accept-encoding') ?? '').includes('gzip');
  if (!accepted || text.length < LEAST_COMPRESSED) return plain;
  const body = await compress(text, { level: 1 });
  return { ...plain, headers: { ...HEADERS, 'content-encoding': 'gzip' }, body };
}

/** What API Gateway takes: an answer in one piece. */
export async function toResult({ statusCode, headers, body }: Answer): Promise<HttpResult> {
  if (typeof body === 'string') return { statusCode, headers: { ...headers }, body };
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : await collected(body);
  return { statusCode, headers: { ...headers }, body: bytes.toString('base64'), isBase64Encoded: true };
}

async function collected(pieces: Pieces): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const piece of pieces) chunks.push(piece);
  return Buffer.concat(chunks);
}

/** Returns a header by its lower-case name. */
export const header = ({ headers }: HttpEvent, name: string): string | undefined => headers[name];

/** Returns the request's body as sent; empty if there is none. */
export const bodyBytes = ({ body, isBase64Encoded }: HttpEvent): Buffer =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

/**
 * Wraps a function so that errors become answers: an OracleError becomes its status and code, any failure of the
 * oracle itself becomes `internal`, whose cause is passed to `report` but not to the client.
 */
export function answering(
  respond: HttpFunction,
  report: (status: number, code: string, error: unknown) => void,
): HttpFunction {
  return async (event) => {
    try {
      return await respond(event);
    } catch (error) {
      const known = error instanceof OracleError && error.status !== 500 ? error : undefined;
      const status = known?.status ?? 500;
      const code = known?.code ?? 'internal';
      report(status, code, error);
      const message = known?.message ?? 'the oracle failed to answer; try again or ask another oracle';
      return json(
        status,
        { error: { code, message } },
        {
          ...(known?.retryAfter !== undefined && { 'retry-after': String(known.retryAfter) }),
          ...(known?.allow && { allow: known.allow.join(', ') }),
        },
      );
    }
  };
}
