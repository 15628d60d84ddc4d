import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_BATCH_BYTES } from '@commonwire/sdk/oracle';
import { ingest } from '../functions/ingest';
import { directly, type Invoke } from '../functions/invoke';
import { status } from '../functions/status';
import { badRequest, notFound, OracleError, reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { Watching } from '../runtime/vitals';
import { runTask, taskNames } from '../tasks/tasks';
import { HealthTeller } from './health';
import { answering, type HttpEvent, type HttpResult } from './http';
import { collectMetrics, type Metrics } from './metrics';
import { type Route, routeKey, routes } from './routes';

/** Where the server listens and how often it ticks. */
export interface ServerOptions {
  /** 127.0.0.1 if absent. */
  readonly host?: string;
  /** Any free port if absent or 0. */
  readonly port?: number;
  /** Milliseconds between ticks; if absent, only {@link OracleServer.tick} runs tasks. */
  readonly tickMs?: number;
  /** Whether `/metrics` includes those of this process, because it runs nothing else. */
  readonly ofProcess?: boolean;
}

/** A running oracle. */
export interface OracleServer {
  readonly url: string;
  /** Runs all tasks once, in order, or waits for the tick in progress. Failures are emitted as events. */
  tick(): Promise<void>;
  /** Stops accepting requests and waits for the tick in progress. */
  stop(): Promise<void>;
}

/**
 * Serves an oracle's functions over plain Node HTTP and runs its tasks, all in this process.
 * @throws OracleError `port-in-use`
 */
export async function startServer(oracle: Oracle, options: ServerOptions = {}): Promise<OracleServer> {
  // After a restart ingest accepts reports at once, so it must know the devices before the first request.
  await oracle.registry.refresh();
  await oracle.ingest.resume();
  const server: Server = createServer(
    { requestTimeout: 15_000 },
    listener(oracle, collectMetrics(oracle, options.ofProcess ?? false), () => server.listening),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? taken(cause, options) : cause),
    );
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  const ticker = new Ticker(oracle, options.tickMs);
  const teller = new HealthTeller(oracle);
  const watching =
    options.tickMs === undefined ? undefined : new Watching(oracle.vitals, () => teller.tell());
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    tick: () => ticker.run(),
    async stop() {
      await watching?.stop();
      await ticker.stop();
      await closed(server);
    },
  };
}

const taken = (cause: Error, { host = '127.0.0.1', port }: ServerOptions): OracleError =>
  new OracleError(
    'port-in-use',
    `another process uses port ${port} of ${host}: stop it, or set COMMONWIRE_PORT`,
    {
      cause,
    },
  );

/** Runs the tasks one after another, never two ticks at once. */
class Ticker {
  private readonly invoke: Invoke;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    oracle: Oracle,
    private readonly pauseMs: number | undefined,
  ) {
    const calls = taskNames.map((name) => [name, () => runTask(oracle, name)] as const);
    this.invoke = directly(Object.fromEntries(calls));
    if (pauseMs !== undefined) this.timer = setTimeout(() => this.run(), 0);
  }

  run(): Promise<void> {
    this.running ??= this.runAll().finally(() => {
      this.running = undefined;
      if (this.pauseMs !== undefined && !this.stopped)
        this.timer = setTimeout(() => this.run(), this.pauseMs);
    });
    return this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async runAll(): Promise<void> {
    for (const task of taskNames) if (!this.stopped) await this.invoke(task, {});
  }
}

function listener(
  oracle: Oracle,
  metrics: Metrics,
  open: () => boolean,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { events } = oracle;
  const functions = { ingest: ingest(oracle), settlements: status(oracle), status: status(oracle) };
  const report = (status: number, code: string, error: unknown) => {
    // Peers ask for what may not be there yet, so that is no refusal.
    if (status === 404 || code === 'not-ready') return;
    events.emit('refused', { status, code, ...(status === 500 ? { message: reasonOf(error) } : {}) });
  };
  return (request, response) => {
    const begun = performance.now();
    let path = 'other';
    const answer = answering(async () => {
      if (request.url === METRICS) {
        path = METRICS;
        return {
          statusCode: 200,
          headers: { 'content-type': metrics.contentType },
          body: await metrics.text(),
        };
      }
      const { route, event } = match(request);
      path = route.path;
      return functions[route.function]({ ...event, body: await readBody(request) });
    }, report);
    void answer(EMPTY_EVENT).then(
      (result) => {
        send(response, result, open());
        const milliseconds = performance.now() - begun;
        const method = METHODS.includes(request.method ?? '') ? request.method! : 'other';
        events.emit('request', { method, route: path, status: result.statusCode ?? 200, milliseconds });
      },
      () => response.destroy(),
    );
  };
}

const METRICS = '/metrics';
const METHODS = ['GET', 'HEAD', 'POST'];

const EMPTY_EVENT: HttpEvent = { routeKey: '', headers: {}, isBase64Encoded: false };

/** The routes with a pattern for their paths. */
const patterns = Object.values<Route>(routes).map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** Returns the route of a request and the event that API Gateway would make from it, without the body. */
function match(request: IncomingMessage): { route: Route; event: HttpEvent } {
  const url = readUrl(request.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = patterns.filter(({ pattern }) => pattern.test(url.pathname));
  const hit = found.find(({ route }) => route.method === method);
  if (!hit && found.length > 0) throw badRequest('method-not-allowed', `${method} is not allowed here`, 405);
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

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BATCH_BYTES)
      throw badRequest(
        'too-large',
        `a body may have at most ${MAX_BATCH_BYTES} bytes; send smaller batches`,
        413,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  { statusCode = 200, headers, body, isBase64Encoded }: HttpResult,
  open: boolean,
): void {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  response.writeHead(statusCode, {
    ...(headers as Record<string, string>),
    'content-length': bytes.length,
    // A connection can't be reused after a request that was refused before its body was read. And a stopping server
    // waits for its connections to end, so a peer that keeps asking would keep it running for ever.
    ...(response.req.complete && open ? {} : { connection: 'close' }),
  });
  response.end(bytes);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
