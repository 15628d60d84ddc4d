import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, isIPv6 } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import type { Reach } from './addresses';
import { SessionError } from './errors';

const CONNECT_MS = 10_000;
const IDLE_MS = 120_000;
/** Upstream connections of one session. */
const MOST_UPSTREAM = 128;
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade'],
]);

/** An HTTP proxy for one session: CONNECT, and plain HTTP. It serves the streams that are emitted as its connections. */
export function createProxy({ check, lookup }: Reach): Server {
  let upstream = 0;
  const begin = (): (() => void) => {
    if (upstream >= MOST_UPSTREAM)
      throw new SessionError('hotspot_busy', `the session has ${MOST_UPSTREAM} connections; close some`);
    upstream += 1;
    let isOpen = true;
    return () => {
      if (isOpen) upstream -= 1;
      isOpen = false;
    };
  };

  const server = createServer({ maxHeaderSize: 16_384 }, (incoming, response) => {
    try {
      forward(incoming, response);
    } catch (error) {
      refuse(response, error);
    }
  });
  server.on('connect', (incoming: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    try {
      tunnel(incoming, stream, head);
    } catch (error) {
      refuseTunnel(stream, error);
    }
  });
  server.on('clientError', (_error, stream) => stream.destroy());
  return server;

  function tunnel(incoming: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { host, port } = authority(incoming.url ?? '');
    check(host);
    const end = begin();
    const socket = connect({ host, port, lookup, timeout: CONNECT_MS });
    socket.once('close', end);
    socket.once('timeout', () => socket.destroy(new Error('no answer')));
    const failed = (error: Error) => refuseTunnel(stream, error);
    socket.once('error', failed);
    stream.once('close', () => socket.destroy());
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.setTimeout(IDLE_MS);
      stream.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) socket.write(head);
      pipeline(stream, socket, stream, () => {
        stream.destroy();
        socket.destroy();
      });
    });
  }

  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    const url = targetOf(incoming.url ?? '');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    check(host);
    const end = begin();
    const outgoing = request(
      {
        host,
        port: url.port || 80,
        path: `${url.pathname}${url.search}`,
        method: incoming.method,
        headers: { ...endToEnd(incoming.headers), host: url.host },
        lookup,
        agent: false,
        timeout: IDLE_MS,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        pipeline(answer, response, () => undefined);
      },
    );
    outgoing.once('close', end);
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.once('error', (error) => refuse(response, error));
    response.once('close', () => outgoing.destroy());
    pipeline(incoming, outgoing, () => undefined);
  }
}

/** The URL of a request to a proxy. @throws SessionError `address_refused` */
function targetOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.username === '') return url;
  throw new SessionError('address_refused', `${text.slice(0, 100)} is no http address`);
}

/** `host:port`, of which the host may be an IPv6 address in brackets. */
function authority(text: string): { host: string; port: number } {
  const [, bracketed, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? name;
  if (host === undefined || (bracketed !== undefined && !isIPv6(bracketed)) || port < 1 || port > 65_535)
    throw new SessionError('address_refused', `${text.slice(0, 100)} is no host and port`);
  return { host, port };
}

/** The headers without those that concern one connection only. */
function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = new Set(`${headers.connection ?? ''}`.split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name)),
  );
}

const statusOf = (error: unknown): [number, string] => {
  if (error instanceof SessionError && error.code === 'address_refused') return [403, error.message];
  if (error instanceof SessionError && error.code === 'hotspot_busy') return [503, error.message];
  return [502, `the host can't be reached: ${(error as Error).message}`];
};

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const [status, text] = statusOf(error);
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${text}\n`);
}

function refuseTunnel(stream: Duplex, error: unknown): void {
  const [status, text] = statusOf(error);
  if (!stream.destroyed)
    stream.end(
      `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${text}\n`,
    );
}
