import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ed25519KeyPair } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import { type SessionOrder, SessionState } from '../src/bandwidth';

export const SESSION = ed25519KeyPair(new Uint8Array(32).fill(7));
export const OFFER = new PublicKey(new Uint8Array(32).fill(3)).toBase58();
export const ORDER = new PublicKey(new Uint8Array(32).fill(2)).toBase58();
export const PRICE = 50n;

/** An order of bandwidth as both sides read it from the chain. */
export const order = (budget = 1_000_000n): SessionOrder => ({
  program: new Uint8Array(32).fill(1),
  order: new Uint8Array(32).fill(2),
  birth: 5n,
  session: SESSION.publicKey,
  terms: { budget, greatestPrice: 60n, leastPrice: PRICE },
  settled: { units: 0n, cost: 0n },
});

/** The order's state in a folder, as a process that begins would find it. */
export function stateIn(folder: string): { bytes: number; units: bigint; cost: bigint } {
  const state = new SessionState(folder, ORDER, 5n);
  state.close();
  return { bytes: state.bytes, units: state.last?.units ?? 0n, cost: state.last?.cost ?? 0n };
}

/** A web server that answers `/N` with N bytes. */
export async function startWeb(): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    response.end(Buffer.alloc(Number(request.url?.slice(1)), 'x'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Gets a URL through a proxy at a port of this machine: status and number of bytes. */
export const getThrough = (proxy: number, url: string): Promise<{ status: number; bytes: number }> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: proxy, path: url, agent: false };
    const request = get(options, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
    });
    request.once('error', reject);
  });
