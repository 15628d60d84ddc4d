import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Chain } from './chain/chain';
import { toJson } from './encoding';
import { MAX_BODY_BYTES } from './http';
import { answerText } from './rpc/dispatch';
import { Subscriptions } from './rpc/subscriptions';

/** Serves a chain's subscriptions over WebSocket on an already chosen port of the loopback interface. */
export function serveWebSocket(chain: Chain, host: string, port: number): Promise<WebSocketServer> {
  const subscriptions = new Subscriptions(chain);
  const server = new WebSocketServer({ host, port, maxPayload: MAX_BODY_BYTES });
  server.on('connection', (socket: WebSocket) => {
    const subscriber = subscriptions.connect((notification) => socket.send(toJson(notification)));
    socket.on('message', (data: RawData) => {
      const answer = answerText(data.toString(), (call) => subscriber.call(call));
      if (answer !== undefined) socket.send(answer);
      subscriber.flush();
    });
    socket.on('close', () => subscriber.close());
    // A broken frame ends its connection, nothing else.
    socket.on('error', () => socket.terminate());
  });
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server));
    server.once('error', reject);
  });
}
