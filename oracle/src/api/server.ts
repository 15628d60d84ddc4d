import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ClientAddresses } from '../edge/addresses';
import { Connections } from '../edge/connections';
import { LIMITS, type Limits } from '../edge/limits';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { Watching } from '../runtime/vitals';
import { TaskThread } from '../tasks/thread';
import { Ticker } from '../tasks/ticker';
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
  /**
   * Whether this process runs nothing else: then tasks run in a thread of their own, which opens the oracle anew from the
   * environment, and `/metrics` includes the process's.
   */
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
 * Serves an oracle's functions over plain Node HTTP and runs its tasks, in this thread or one of their own.
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
  const ticker = options.ofProcess ? new TaskThread(oracle) : new Ticker(oracle, options.tickMs);
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

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
