import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NetworkInfo } from '@commonwire/sdk/oracle';
import type { Clock } from '../src/clock';

/** A clock that moves only when somebody sleeps, so that waiting takes no time. It records how long the waits were. */
export class FakeClock implements Clock {
  slept: number[] = [];

  constructor(private time = 0) {}

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.time += milliseconds;
    // Lets requests in flight proceed, as real waiting would.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A batch that a stub oracle received. */
export interface ReceivedBatch {
  reports: { report: string; signature: string }[];
}

/** Answers one batch; the default accepts everything. */
export type Respond = (batch: ReceivedBatch, response: ServerResponse, request: IncomingMessage) => void;

/** A stub oracle's answer about its network; device time is real time. */
const ANY = '11111111111111111111111111111111';
export const NETWORK: NetworkInfo = {
  program: ANY,
  network: 'SysvarRent111111111111111111111111111111111',
  birth: '1',
  mint: ANY,
  decimals: 6,
  authority: ANY,
  governance: null,
  committee: { version: 1, threshold: 1, keys: [ANY] },
  policy: {},
  clock: { origin: 0, start: 0, speed: 1 },
  epoch: { current: 0, pending: null, cut: 0, collecting: 1 },
  epoch_seconds: 86_400,
  cut_time: 0,
  device_count: 4,
  earned_total: '0',
  paid_total: '0',
  oracle: ANY,
  peers: [],
  time: 0,
};

/** An HTTP server on loopback that acts as an oracle. */
export interface StubOracle {
  url: string;
  batches: ReceivedBatch[];
  /** Answers the next requests, one each; later ones are accepted. */
  next: Respond[];
  close(): Promise<void>;
}

/** Accepts every report of a batch. */
export const acceptAll: Respond = (batch, response) => {
  json(response, 200, { epoch: 1, results: batch.reports.map(() => ({ status: 'accepted' })) });
};

/** Answers with a status, a body and headers. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Starts a stub oracle on a free port. */
export async function startOracle(
  respond: Respond = acceptAll,
  network: NetworkInfo = NETWORK,
): Promise<StubOracle> {
  const batches: ReceivedBatch[] = [];
  const next: Respond[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/v1/network') return json(response, 200, network);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const batch: ReceivedBatch = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      batches.push(batch);
      (next.shift() ?? respond)(batch, response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, batches, next, close };
}
