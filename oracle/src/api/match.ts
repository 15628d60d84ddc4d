import type { IncomingMessage } from 'node:http';
import { badRequest, notFound, OracleError } from '../runtime/errors';
import type { HttpEvent } from './http';
import { type Route, routeKey, routes } from './routes';

/** The routes with their keys and a pattern for their paths. */
const patterns = Object.values<Route>(routes).map((route) => ({
  route,
  key: routeKey(route),
  pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/**
 * Returns the route of a request and the event that API Gateway would make from it, without the body.
 * @throws OracleError `bad-url`, `not-found`, `method-not-allowed`
 */
export function match(request: IncomingMessage): { route: Route; event: HttpEvent } {
  const url = readUrl(request.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  for (const { route, key, pattern } of patterns) {
    const groups = route.method === method ? pattern.exec(url.pathname) : null;
    if (!groups) continue;
    const event: HttpEvent = {
      routeKey: key,
      headers: request.headers as Record<string, string>,
      isBase64Encoded: false,
      pathParameters: { ...groups.groups },
      queryStringParameters: url.search === '' ? {} : Object.fromEntries(url.searchParams),
    };
    return { route, event };
  }
  throw refusal(method, url.pathname);
}

/** Why no route answers a request. */
function refusal(method: string | undefined, pathname: string): OracleError {
  const found = patterns.filter(({ pattern }) => pattern.test(pathname));
  if (found.length === 0) return notFound(`there is no ${pathname}; see /openapi.json`);
  const allow = found.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  const message = `${method} is not allowed here, but ${allow.join(' and ')}`;
  return new OracleError('method-not-allowed', message, { status: 405, allow });
}

function readUrl(target = '/'): URL {
  try {
    return new URL(target, 'http://oracle');
  } catch {
    throw badRequest('bad-url', 'the request target is not a URL');
  }
}
