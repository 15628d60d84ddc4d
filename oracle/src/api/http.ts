import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { OracleError } from '../runtime/errors';

/** The fields of an API Gateway HTTP API event (format 2.0) that the functions read; the plain server sets them too. */
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

/** Makes a JSON response. */
export const json = (
  statusCode: number,
  value: unknown,
  headers: Record<string, string> = {},
): HttpResult => ({
  statusCode,
  headers: { ...HEADERS, ...headers },
  body: JSON.stringify(value),
});

/** Makes a response from gzipped bytes that never change at this URL. */
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

/** Makes a JSON response, gzipped if it is long and the client accepts gzip. */
export function compressedJson(event: HttpEvent, value: unknown): HttpResult {
  const plain = json(200, value);
  const accepted = header(event, 'accept-encoding') ?? '';
  if (!accepted.includes('gzip') || (plain.body?.length ?? 0) < 4096) return plain;
  const body = gzipSync(plain.body ?? '', { level: 1 }).toString('base64');
  return { ...plain, headers: { ...plain.headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}

/** Returns a header by its lower-case name. */
export const header = ({ headers }: HttpEvent, name: string): string | undefined => headers[name];

/** Returns the request's body as sent; empty if there is none. */
export const bodyBytes = ({ body, isBase64Encoded }: HttpEvent): Buffer =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

/**
 * Wraps a function so that errors become responses: an OracleError becomes its status and code, any failure of the
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
      const headers = known?.retryAfter === undefined ? {} : { 'retry-after': String(known.retryAfter) };
      return json(status, { error: { code, message } }, headers as Record<string, string>);
    }
  };
}
