import { errorSchema } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { type Errors, type Route, routes } from './routes';

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
};

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

/** As they are understood, not as the text that they are sent as: an index is a number up to a limit. */
function parameters(place: 'path' | 'query', schema: z.ZodObject) {
  const { properties = {} } = schemaOf(schema, 'output');
  const { required = [] } = schemaOf(schema, 'input');
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

const answerOf = ({ answer, path }: Route) =>
  answer
    ? json(answer, 'output')
    : path.endsWith('.json')
      ? { 'application/json': {} }
      : { 'application/octet-stream': {} };

/** Errors of every route: of the request, of who sends it, and of the oracle. */
const ERRORS: Errors = {
  400: ['bad-request', 'bad-url'],
  408: ['request-timeout'],
  429: ['too-many-requests'],
  431: ['headers-too-large'],
  500: ['internal'],
  503: ['busy', 'store-unavailable'],
};
/** Those after which a client should wait as long as `Retry-After` says. */
const RETRIED = [429, 503];

function errorsOf({ parameters, query, errors = {} }: Route): Errors {
  const asks = Object.keys({ ...parameters.shape, ...query.shape }).length > 0;
  const all = [ERRORS, errors, ...(asks ? [{ 400: ['bad-parameter'] }] : [])];
  const statuses = [...new Set(all.flatMap(Object.keys))].map(Number).sort();
  return Object.fromEntries(statuses.map((status) => [status, all.flatMap((one) => one[status] ?? [])]));
}

function errorAnswer(status: number, codes: readonly string[]) {
  const error = z.object({ error: errorSchema.shape.error.extend({ code: z.enum(codes) }) });
  const seconds = { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } };
  return {
    description: codes.join(', '),
    ...(RETRIED.includes(status) && { headers: { 'retry-after': seconds } }),
    content: json(error, 'output'),
  };
}

function operation(name: string, route: Route) {
  const errors = Object.entries(errorsOf(route)).map(([status, codes]) => [
    status,
    // A health that isn't good has a status for those who don't read it.
    name === 'health' && status === '503'
      ? { description: 'starting or stale', content: answerOf(route) }
      : errorAnswer(Number(status), codes),
  ]);
  return {
    operationId: name,
    summary: route.summary,
    parameters: [...parameters('path', route.parameters), ...parameters('query', route.query)],
    ...(route.body ? { requestBody: { required: true, content: json(route.body, 'input') } } : {}),
    responses: {
      200: { description: 'The requested data.', content: answerOf(route) },
      ...Object.fromEntries(errors),
    },
  };
}

/** Returns the OpenAPI 3.1 description of the HTTP API, generated from the schemas that validate it. */
export function openapiDocument() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Commonwire oracle',
      version: '1',
      description:
        'Amounts are decimal strings in base units, hashes are hex, addresses are base58, times are unix times.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
  };
}
