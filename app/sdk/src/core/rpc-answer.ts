import * as z from 'zod';

/** Most characters of an answer that is an error; longer ones are results. */
const MOST_ERROR_TEXT = 65_536;

/** Some gateways write a text in place of an error, or leave out its members. */
const errorSchema = z.object({
  error: z.union([
    z.string().transform((message) => ({ code: 0, message, data: undefined })),
    z.object({
      code: z.coerce.number().catch(0),
      message: z.string().catch('the node gives no reason'),
      data: z.unknown().optional(),
    }),
  ]),
});

/** An error in place of a result. */
export interface AnsweredError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The JSON-RPC error in an answer, if it is one. */
export function rpcErrorIn(text: string): AnsweredError | undefined {
  if (text.length > MOST_ERROR_TEXT || !text.includes('"error"')) return undefined;
  try {
    const parsed = errorSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.error : undefined;
  } catch {
    return undefined;
  }
}

/** An error as clients expect it: what gateways write often lacks the request's id, on which clients insist. */
export const errorAnswer = (id: unknown, error: AnsweredError): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error });

/** Codes that mean more than one thing at different providers, and their words for too many requests. */
const AMBIGUOUS = new Set([0, -32000, -32005, -32007]);
const TOO_MANY = /too many requests|\b(rate|requests?|rps|compute units?) limit|limit exceeded/i;

/** Whether a node answers that it was asked too often. */
export const isRateLimit = ({ code, message }: AnsweredError): boolean =>
  code === 429 || code === -32429 || (AMBIGUOUS.has(code) && TOO_MANY.test(message));

/** Whether an answer has a result, or is a batch: one that was cut off has none. */
export function hasResult(text: string): boolean {
  const whole = text.trim();
  if (whole.startsWith('[')) return whole.endsWith(']');
  return whole.startsWith('{') && whole.endsWith('}') && whole.includes('"result"');
}

/** The slot at which an answer was read, if it says so; nodes write it before the value. */
export function contextSlot(text: string): number | undefined {
  const slot = /"context":\{[^{}]*"slot":(\d+)/.exec(text.slice(0, 400))?.[1];
  return slot === undefined ? undefined : Number(slot);
}

/** Fewest characters of a part of an address that may be a secret; shorter ones are words such as `v2`. */
const LEAST_SECRET = 6;

/** A text without the parts of an address that may be secrets: some nodes repeat them in their errors. */
export function withoutPartsOf(address: string, text: string): string {
  const { username, password, pathname, searchParams } = new URL(address);
  const parts = [username, password, ...pathname.split('/'), ...searchParams.values()];
  return parts
    .flatMap((part) => [part, decoded(part), encodeURIComponent(part)])
    .filter((part) => part.length >= LEAST_SECRET)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, part) => rest.replaceAll(part, '***'), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
