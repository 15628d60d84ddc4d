import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ClientAddresses } from '../edge/addresses';
import { Connections } from '../edge/connections';
import { LIMITS, type Limits } from '../edge/limits';
import { directly, type Invoke } from '../functions/invoke';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { Watching } from '../runtime/vitals';
import { runTask, taskNames } from '../tasks/tasks';
import { HealthTeller } from './health';
import { listener } from './listener';
import { collectMetrics } from './metrics';
import { refuse } from './refuse';

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
  /** Limits that differ from the usual ones. */
  readonly limits?: Partial<Limits>;
}

/** The most bytes and lines of a request's headers. */
const HEADER_BYTES = 8 * 1024;
const HEADERS = 100;
/** How often time limits of connections are checked, milliseconds. */
const CHECK_MS = 1_000;

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
  const limits = { ...LIMITS, ...options.limits };
  const addresses = new ClientAddresses(limits.proxies);
  const connections = new Connections(limits, addresses);
  const metrics = collectMetrics(oracle, options.ofProcess ?? false);
  const server: Server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs),
      maxHeaderSize: HEADER_BYTES,
    },
    listener(oracle, { metrics, limits, addresses, connections, open: () => server.listening }),
  );
  server.maxHeadersCount = HEADERS;
  server.on('connection', (socket: Socket) => connections.admit(socket));
  server.on('clientError', refuse);
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

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
