import type { IncomingMessage } from 'node:http';
import { badRequest, notFound, OracleError } from '../runtime/errors';
import type { HttpEvent } from './http';
import { type Route, routeKey, routes } from './routes';

/** The routes with a pattern for their paths. */
const patterns = Object.values<Route>(routes).map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/**
 * Returns the route of a request and the event that API Gateway would make from it, without the body.
 * @throws OracleError `bad-url`, `not-found`, `method-not-allowed`
 */
export function match(request: IncomingMessage): { route: Route; event: HttpEvent } {
  const url = readUrl(request.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = patterns.filter(({ pattern }) => pattern.test(url.pathname));
  const hit = found.find(({ route }) => route.method === method);
  if (!hit && found.length > 0) {
    const allow = found.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
    const message = `${method} is not allowed here, but ${allow.join(' and ')}`;
    throw new OracleError('method-not-allowed', message, { status: 405, allow });
  }
  if (!hit) throw notFound(`there is no ${url.pathname}; see /openapi.json`);
  const event: HttpEvent = {
    routeKey: routeKey(hit.route),
    headers: request.headers as Record<string, string>,
    isBase64Encoded: false,
    pathParameters: { ...hit.pattern.exec(url.pathname)?.groups },
    queryStringParameters: Object.fromEntries(url.searchParams),
  };
  return { route: hit.route, event };
}

function readUrl(target = '/'): URL {
  try {
    return new URL(target, 'http://oracle');
  } catch {
    throw badRequest('bad-url', 'the request target is not a URL');
  }
}
