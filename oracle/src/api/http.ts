import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { OracleError } from '../runtime/errors';

/** What of an API Gateway HTTP API event (format 2.0) the functions read; the plain server makes the same. */
export type HttpEvent = Pick<
  APIGatewayProxyEventV2,
  'routeKey' | 'headers' | 'body' | 'isBase64Encoded' | 'pathParameters' | 'queryStringParameters'
>;
export type HttpResult = APIGatewayProxyStructuredResultV2;
export type HttpFunction = (event: HttpEvent) => Promise<HttpResult>;

const HEADERS = {
  'content-type': 'application/json',
  // Everything served is public and nothing is authenticated by the browser.
  'access-control-allow-origin': '*',
};

/** A JSON answer. */
export const json = (
  statusCode: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpResult => ({
  statusCode,
  headers: { ...HEADERS, ...headers },
  body: JSON.stringify(value),
});

/** Bytes that are gzipped already, never to change under this address. */
export const gzipped = (bytes: Uint8Array, contentType: string): HttpResult => ({
  statusCode: 200,
  headers: {
    ...HEADERS,
    'content-type': contentType,
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=31536000, immutable',
  },
  body: Buffer.from(bytes).toString('base64'),
  isBase64Encoded: true,
});

/** A JSON answer, gzipped if it is long and the client takes that. */
export function compressedJson(event: HttpEvent, value: unknown): HttpResult {
  const plain = json(200, value);
  const accepted = header(event, 'accept-encoding') ?? '';
  if (!accepted.includes('gzip') || (plain.body?.length ?? 0) < 4096) return plain;
  const body = gzipSync(plain.body ?? '', { level: 1 }).toString('base64');
  return { ...plain, headers: { ...plain.headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}

/** A header by its lower-case name. */
export const header = ({ headers }: HttpEvent, name: string): string | undefined => headers[name];

/** The request's body as sent; empty if there is none. */
export const bodyBytes = ({ body, isBase64Encoded }: HttpEvent): Buffer =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

/**
 * Runs a function and turns what it throws into an answer: an OracleError into its status and code, any failure of the oracle itself into
 * `internal`, whose cause is handed to `report` and not to the client.
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
      const message = known?.message ?? 'the oracle failed to answer; try again, or ask another oracle';
      const headers = known?.retryAfter === undefined ? {} : { 'retry-after': String(known.retryAfter) };
      return json(status, { error: { code, message } }, headers as Record<string, string>);
    }
  };
}
