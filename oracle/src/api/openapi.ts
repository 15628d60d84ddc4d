import { errorSchema } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { type Route, routes } from './routes';

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
};

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

function parameters(place: 'path' | 'query', schema: z.ZodObject) {
  const { properties = {}, required = [] } = schemaOf(schema, 'input');
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
      : { 'application/x-ndjson': {} };

function operation(name: string, route: Route) {
  return {
    operationId: name,
    summary: route.summary,
    parameters: [...parameters('path', route.parameters), ...parameters('query', route.query)],
    ...(route.body ? { requestBody: { required: true, content: json(route.body, 'input') } } : {}),
    responses: {
      200: { description: 'The requested data.', content: answerOf(route) },
      default: { description: 'An error with a stable code.', content: json(errorSchema, 'output') },
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
