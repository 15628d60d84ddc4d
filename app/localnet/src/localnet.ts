import { once } from 'node:events';
import type { Server } from 'node:http';
import { PublicKey } from '@solana/web3.js';
import type { LiteSvm } from 'litesvm/dist/internal';
import type { WebSocketServer } from 'ws';
import { z } from 'zod';
import { Chain, makeAccount } from './chain/chain';
import type { ChainClock } from './chain/slots';
import { createHttpServer } from './http';
import { loadProgram } from './programs';
import { closeWebSocket, serveWebSocket } from './websocket';

/** A program that is there from the start. */
export interface LocalProgram {
  address: string | PublicKey;
  /** Path of its compiled `.so`. */
  soFile: string;
  /** Who may upgrade it; nobody if left out. */
  upgradeAuthority?: PublicKey;
}

/** An account that is there from the start. */
export interface LocalAccount {
  address: PublicKey;
  lamports: bigint;
  owner: PublicKey;
  data?: Uint8Array;
  executable?: boolean;
}

const number = (min: number, max: number, otherwise: number) => z.int().min(min).max(max).default(otherwise);
const port = z.int().min(0).max(65_535);

/** What mainnet charges since November 2026; SIMD-0437 takes it down further. */
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

/** How to start a local chain. */
export interface LocalnetOptions extends z.input<typeof optionsSchema> {
  /** HTTP port; 0, the default, takes a free one whose next is free too. */
  port?: number;
  /** WebSocket port; `port + 1` by default, which is where web3.js looks for it. */
  wsPort?: number;
  /** Milliseconds a slot takes, 400 by default. */
  slotMs?: number;
  /** Slots until a transaction is confirmed, 0 by default: in its own slot. */
  confirmedAfterSlots?: number;
  /** Slots until a transaction is final, 1 by default. At least `confirmedAfterSlots`. */
  finalizedAfterSlots?: number;
  /** Transactions kept for reading, 200,000 by default. The oldest go first. */
  historyCapacity?: number;
  /** Rent of a byte, those 128 of every account included; mainnet's by default. */
  rentLamportsPerByte?: number;
  /** Source of chain time; the system's clock by default. */
  clock?: ChainClock;
  programs?: readonly LocalProgram[];
  accounts?: readonly LocalAccount[];
}

/** A running local chain. */
export interface Localnet {
  /** For web3.js's `Connection`. */
  rpcUrl: string;
  wsUrl: string;
  /** LiteSVM itself, for measuring and reading. Write by {@link Localnet.setAccount}, or reads at a commitment go wrong. */
  svm: LiteSvm;
  /** Writes an account past all rules. */
  setAccount(account: LocalAccount): void;
  /** Begins `count` slots at once, each with a new blockhash. Chain time stays. */
  advanceSlots(count: number): void;
  /** Sets chain time, from which it runs on. Unix seconds. */
  setUnixTimestamp(seconds: number): void;
  /** Stops slots and both servers, open connections included. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const PORT_ATTEMPTS = 20;

/**
 * Starts a chain of its own in this process, reachable from this machine only.
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

/** Opens both servers. With a free choice of port it tries until the port after it is free as well. */
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
