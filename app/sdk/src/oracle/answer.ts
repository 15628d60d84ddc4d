import * as z from 'zod';

/** The most objects and lists within each other in an answer or a request. */
const MOST_DEPTH = 32;
/** The most values of an answer: ten times those of the longest that an honest oracle gives. */
const MOST_VALUES = 300_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Says why a JSON text must not be parsed, or undefined: a parser needs seconds for a text of brackets and commas that it
 * reads in milliseconds otherwise.
 */
export function tooComplex(
  text: Uint8Array,
  most = { depth: MOST_DEPTH, values: MOST_VALUES },
): string | undefined {
  let [depth, values] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === QUOTE) at = endOfString(text, at);
    else if (byte === COMMA) values++;
    else if (byte === LIST || byte === OBJECT) depth++;
    else if (byte === LIST_END || byte === OBJECT_END) depth--;
    if (depth > most.depth) return `it has more than ${most.depth} objects and lists within each other`;
    if (values > most.values) return `it has more than ${most.values} values`;
  }
  return undefined;
}

/** Returns where a string that begins at a quote ends. */
function endOfString(text: Uint8Array, start: number): number {
  let at = text.indexOf(QUOTE, start + 1);
  while (at >= 0) {
    let slashes = 0;
    while (text[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
    at = text.indexOf(QUOTE, at + 1);
  }
  return text.length;
}

/**
 * Returns the first thing that is wrong with a value, or undefined. A schema itself collects everything that is, which for
 * a long list of nonsense takes seconds.
 */
export function firstIssue(schema: z.ZodType, value: unknown, path = ''): string | undefined {
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const [i, element] of value.entries()) {
      const issue = firstIssue(schema.element as z.ZodType, element, join(path, i));
      if (issue) return issue;
    }
    return undefined;
  }
  if (schema instanceof z.ZodObject && isRecord(value)) {
    for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
      const issue = firstIssue(field, value[name], join(path, name));
      if (issue) return issue;
    }
    return undefined;
  }
  if (schema instanceof z.ZodNullable && value !== null)
    return firstIssue(schema.unwrap() as z.ZodType, value, path);
  if (schema instanceof z.ZodDefault && value !== undefined)
    return firstIssue(schema.unwrap() as z.ZodType, value, path);
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  return `${[path, ...(issue?.path ?? [])].filter((part) => part !== '').join('.') || 'body'}: ${issue?.message}`;
}

const join = (path: string, name: string | number): string => (path === '' ? `${name}` : `${path}.${name}`);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
