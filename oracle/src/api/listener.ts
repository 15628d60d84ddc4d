import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BATCH_BYTES } from '@commonwire/sdk/oracle';
import type { ClientAddresses } from '../edge/addresses';
import type { Connections } from '../edge/connections';
import { costOfBody, type Limits, MOST_ADDRESSES } from '../edge/limits';
import { Rates } from '../edge/rates';
import { send } from '../edge/send';
import { Slots, tooMany } from '../edge/slots';
import { ingest } from '../functions/ingest';
import { status } from '../functions/status';
import { badRequest, OracleError, reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { type Answer, answering, type HttpEvent } from './http';
import { match } from './match';
import type { Metrics } from './metrics';
import { routes } from './routes';

/** What the requests of a server share. */
export interface Edge {
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly addresses: ClientAddresses;
  readonly connections: Connections;
  /** Whether the server takes new connections. */
  open(): boolean;
}

const METRICS = '/metrics';
const METHODS = ['GET', 'HEAD', 'POST'];
const EMPTY_EVENT: HttpEvent = { routeKey: '', headers: {}, isBase64Encoded: false };
/** Refusals that happen all the time, or by the thousand in a flood. */
const QUIET = ['not-ready', 'too-many-requests', 'busy'];

/** What a request holds until it has been answered. */
interface Held {
  path: string;
  readonly release: (() => void)[];
}

/** Answers requests by an oracle's functions, within the limits. */
export function listener(
  oracle: Oracle,
  edge: Edge,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { events } = oracle;
  const report = (status: number, code: string, error: unknown) => {
    // Peers ask for what may not be there yet, so that is no refusal.
    if (status === 404 || QUIET.includes(code)) return;
    events.emit('refused', { status, code, ...(status >= 500 ? { message: reasonOf(error) } : {}) });
  };
  const respond = responder(oracle, edge);
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const begun = performance.now();
    const held: Held = { path: 'other', release: [] };
    const answer = answering(() => respond(request, held), report);
    let status = 0;
    try {
      const made = await answer(EMPTY_EVENT);
      status = made.statusCode;
      // A connection can't be reused after a request that was refused before its body was read. And a stopping server
      // waits for its connections to end, so a peer that keeps asking would keep it running for ever.
      await send(response, made, { close: !request.complete || !edge.open(), limits: edge.limits });
    } catch (error) {
      // The client is gone or too slow, or what it was being sent could not be read to its end.
      const known = error instanceof OracleError ? error : undefined;
      if (known || !request.socket.destroyed) report(known?.status ?? 500, known?.code ?? 'internal', error);
      status = known?.status ?? status;
    } finally {
      for (const release of held.release) release();
      const method = METHODS.includes(request.method ?? '') ? request.method! : 'other';
      events.emit('request', { method, route: held.path, status, milliseconds: performance.now() - begun });
    }
  };
  return (request, response) => edge.connections.inOrder(request.socket, () => serve(request, response));
}

function responder(oracle: Oracle, { metrics, limits, addresses }: Edge) {
  const functions = { ingest: ingest(oracle), settlements: status(oracle), status: status(oracle) };
  const rates = new Rates<string>(limits, MOST_ADDRESSES);
  const slots = new Slots(limits);
  return async (request: IncomingMessage, held: Held): Promise<Answer> => {
    const address = addresses.of(request);
    const seconds = rates.take(address, 1);
    if (seconds > 0) throw tooMany(`this address asks too often; wait ${seconds} s`, seconds);
    if (request.url === METRICS) {
      held.path = METRICS;
      return {
        statusCode: 200,
        headers: { 'content-type': metrics.contentType },
        body: await metrics.text(),
      };
    }
    const { route, event } = match(request);
    held.path = route.path;
    // Whoever watches this oracle must be told also while it has much to do; the answer costs next to nothing.
    if (route !== routes.health) held.release.push(slots.enter(address));
    if (route.heavy) held.release.push(await slots.enterHeavy(address));
    const arrived = slots.arrives(address, () => request.socket.destroy());
    const body = await readBody(request).finally(arrived);
    rates.charge(address, costOfBody(body.length));
    return functions[route.function]({ ...event, body });
  };
}

/** Reads a body. @throws OracleError `too-large` as soon as it is, `client-gone` */
async function readBody(request: IncomingMessage): Promise<string> {
  const { 'content-length': announced, 'transfer-encoding': encoding } = request.headers;
  if (announced === undefined && encoding === undefined) return '';
  if (Number(announced ?? 0) > MAX_BATCH_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // The answer still has to go through the connection, so this must not be closed here.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BATCH_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new OracleError('client-gone', 'the client closed the connection', { status: 400, cause });
  }
  if (length > MAX_BATCH_BYTES) throw tooLarge();
  return Buffer.concat(chunks).toString('utf8');
}

const tooLarge = (): OracleError =>
  badRequest('too-large', `a body may have at most ${MAX_BATCH_BYTES} bytes; send smaller batches`, 413);
