import { once } from 'node:events';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Chain } from './chain/chain';
import { toJson } from './encoding';
import { MAX_BODY_BYTES } from './http';
import { answerText } from './rpc/dispatch';
import { Feed } from './rpc/feed';
import { Subscriptions } from './rpc/subscriptions';

const CLOSE_NORMAL = 1000;
const CLOSE_GRACE_MS = 500;

/** Serves a chain's subscriptions over WebSocket. */
export async function serveWebSocket(chain: Chain, host: string, port: number): Promise<WebSocketServer> {
  const feed = new Feed(chain);
  const server = new WebSocketServer({ host, port, maxPayload: MAX_BODY_BYTES });
  server.on('connection', (socket: WebSocket) => {
    const subscriptions = new Subscriptions(feed, (notification) => socket.send(toJson(notification)));
    socket.on('message', (data: RawData) => {
      const answer = answerText(data.toString(), (request) => subscriptions.call(request));
      if (answer !== undefined) socket.send(answer);
      subscriptions.flush();
    });
    socket.on('close', () => subscriptions.close());
    // A broken frame ends only its connection.
    socket.on('error', () => socket.terminate());
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
