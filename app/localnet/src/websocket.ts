import { once } from 'node:events';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Chain } from './chain/chain';
import { toJson } from './encoding';
import { MAX_BODY_BYTES } from './http';
import { answerText } from './rpc/dispatch';
import { Feed } from './rpc/feed';
import { Subscriptions } from './rpc/subscriptions';

const CLOSE_NORMAL = 1000;
const CLOSE_INTERNAL_ERROR = 1011;
const CLOSE_GRACE_MS = 500;
/** What may wait for a listener that doesn't read, in bytes. Beyond it the connection ends; validators do the same. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Serves a chain's subscriptions over WebSocket. */
export async function serveWebSocket(
  chain: Chain,
  host: string,
  port: number,
  maxWaitingBytes = MAX_WAITING_BYTES,
): Promise<WebSocketServer> {
  const feed = Feed.of(chain);
  const server = new WebSocketServer({ host, port, maxPayload: MAX_BODY_BYTES });
  server.on('connection', (socket: WebSocket) => {
    // A broken frame, a reset or a failed write ends only its connection.
    const end = () => socket.terminate();
    const send = (text: string) => {
      if (socket.bufferedAmount > maxWaitingBytes) end();
      else if (socket.readyState === WebSocket.OPEN) socket.send(text, (error) => error && end());
    };
    const subscriptions = new Subscriptions(
      feed.for(() => socket.close(CLOSE_INTERNAL_ERROR, 'a notification failed; subscribe again')),
      (notification) => send(toJson(notification)),
    );
    socket.on('message', (data: RawData) => {
      const answer = answerText(data.toString(), (request) => subscriptions.call(request));
      if (answer !== undefined) send(answer);
      subscriptions.flush();
    });
    socket.on('close', () => subscriptions.close());
    socket.on('error', end);
  });
  await once(server, 'listening');
  return server;
}

/**
 * Closes a server and its connections with the code for a normal closure. Otherwise web3.js would try to reconnect for
 * ever and keep its process alive.
 */
export async function closeWebSocket(server: WebSocketServer): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of server.clients) socket.close(CLOSE_NORMAL);
  const timer = setTimeout(() => {
    for (const socket of server.clients) socket.terminate();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
