import { once } from 'node:events';
import type { Server } from 'node:http';
import { PublicKey } from '@solana/web3.js';
import type { LiteSvm } from 'litesvm/dist/internal';
import type { WebSocketServer } from 'ws';
import { z } from 'zod';
import { makeAccount } from './chain/account';
import { Chain } from './chain/chain';
import type { ChainClock } from './chain/slots';
import { createHttpServer } from './http';
import { loadProgram } from './programs';
import { closeWebSocket, serveWebSocket } from './websocket';

/** A program that is loaded at the start. */
export interface LocalProgram {
  address: string | PublicKey;
  /** Path of the compiled `.so` file. */
  soFile: string;
  /** The upgrade authority; without one the program is final. */
  upgradeAuthority?: PublicKey;
}

/** An account that is created at the start. */
export interface LocalAccount {
  address: PublicKey;
  lamports: bigint;
  owner: PublicKey;
  data?: Uint8Array;
  executable?: boolean;
}

const number = (min: number, max: number, otherwise: number) => z.int().min(min).max(max).default(otherwise);
const port = z.int().min(0).max(65_535);

/** Mainnet's rent since November 2026; SIMD-0437 lowers it further. */
const MAINNET_RENT = 5_080;

const optionsSchema = z.object({
  port: port.default(0),
  wsPort: port.optional(),
  slotMs: number(1, 60_000, 400),
  confirmedAfterSlots: number(0, 32, 0),
  finalizedAfterSlots: number(0, 32, 1),
  historyCapacity: number(100, 10_000_000, 200_000),
  rentLamportsPerByte: number(0, 1_000_000, MAINNET_RENT),
});

/** Options of a local chain. */
export interface LocalnetOptions extends z.input<typeof optionsSchema> {
  /** HTTP port. The default, 0, picks a free one; the next one is free too. */
  port?: number;
  /** WebSocket port. The default is `port + 1`, where web3.js expects it. */
  wsPort?: number;
  /** Milliseconds per slot, 400 by default. */
  slotMs?: number;
  /** Slots until a transaction is confirmed. The default, 0, means in the same slot. */
  confirmedAfterSlots?: number;
  /** Slots until a transaction is final, 1 by default. At least `confirmedAfterSlots`. */
  finalizedAfterSlots?: number;
  /** Transactions kept in the history, 200,000 by default. The oldest are dropped first. */
  historyCapacity?: number;
  /** Rent of a byte, those 128 of every account included; mainnet's by default. */
  rentLamportsPerByte?: number;
  /** Source of chain time; by default the system's clock, which requests may then move. */
  clock?: ChainClock;
  programs?: readonly LocalProgram[];
  accounts?: readonly LocalAccount[];
}

/** A running local chain. */
export interface Localnet {
  /** For web3.js's `Connection`. */
  rpcUrl: string;
  wsUrl: string;
  /** LiteSVM, for measuring and reading. Write with {@link Localnet.setAccount}, or reads at a commitment are wrong. */
  svm: LiteSvm;
  /** Writes an account without any checks. */
  setAccount(account: LocalAccount): void;
  /** Begins `count` slots at once, each with a new blockhash. Chain time doesn't change. */
  advanceSlots(count: number): void;
  /** Sets chain time, unix seconds. It continues from there. */
  setUnixTimestamp(seconds: number): void;
  /** Stops the slots and both servers, and closes open connections. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const PORT_ATTEMPTS = 20;

/**
 * Starts a separate chain in this process, reachable only from this machine.
 *
 * @throws z.ZodError for options out of range; Error with code EADDRINUSE for a taken port; Error for a program
 * that can't be loaded
 */
export async function startLocalnet(options: LocalnetOptions = {}): Promise<Localnet> {
  const settings = optionsSchema.parse(options);
  const { confirmedAfterSlots: confirmed, finalizedAfterSlots, slotMs } = settings;
  const delays = { confirmed, finalized: Math.max(finalizedAfterSlots, confirmed) };
  const chain = new Chain({
    clock: options.clock ?? Date,
    historyCapacity: settings.historyCapacity,
    delays,
    rentLamportsPerByte: settings.rentLamportsPerByte,
    hasOwnTime: options.clock === undefined,
  });
  for (const { address, soFile, upgradeAuthority } of options.programs ?? []) {
    await loadProgram(chain, new PublicKey(address), soFile, upgradeAuthority);
  }
  const setAccount = ({ address, lamports, owner, data, executable }: LocalAccount) =>
    chain.setAccount(
      address.toBytes(),
      makeAccount(lamports, data ?? new Uint8Array(), owner.toBytes(), executable),
    );
  options.accounts?.forEach(setAccount);

  const { http, ws, httpPort, wsPort } = await listen(chain, settings.port, settings.wsPort);
  chain.endpoints = { rpc: `${HOST}:${httpPort}`, pubsub: `${HOST}:${wsPort}` };
  const timer = setInterval(() => chain.advanceSlots(1), slotMs);
  return {
    rpcUrl: `http://${HOST}:${httpPort}`,
    wsUrl: `ws://${HOST}:${wsPort}`,
    svm: chain.svm,
    setAccount,
    advanceSlots: (count) => chain.advanceSlots(z.int().min(1).parse(count)),
    setUnixTimestamp: (seconds) => chain.setUnixTimestamp(z.int().parse(seconds)),
    close: async () => {
      clearInterval(timer);
      await Promise.all([closeHttp(http), closeWebSocket(ws)]);
    },
  };
}

interface Servers {
  http: Server;
  ws: WebSocketServer;
  httpPort: number;
  wsPort: number;
}

/** Starts both servers. If the port may be chosen, retries until the next port is free too. */
async function listen(chain: Chain, port: number, wsPort: number | undefined): Promise<Servers> {
  for (let attempt = 1; ; attempt++) {
    const http = createHttpServer(chain);
    http.listen(port, HOST);
    await once(http, 'listening');
    const httpPort = portOf(http);
    try {
      const ws = await serveWebSocket(chain, HOST, wsPort ?? httpPort + 1);
      return { http, ws, httpPort, wsPort: portOf(ws) };
    } catch (error) {
      await closeHttp(http);
      if (port !== 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function portOf(server: Server | WebSocketServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('server has no port');
  return address.port;
}

async function closeHttp(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
