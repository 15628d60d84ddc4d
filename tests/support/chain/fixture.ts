import { type ChainClock, type LocalAccount, type Localnet, startLocalnet } from '@commonwire/localnet';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { Connection, Keypair, LAMPORTS_PER_SOL, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { z } from 'zod';

/** The cluster that tests run on: an embedded chain, or any that `COMMONWIRE_RPC_URL` names. */
export interface TestChain {
  connection: Connection;
  /** A wallet with plenty of SOL. */
  payer: Keypair;
  /** Returns once chain time has moved on by so many seconds. */
  passSeconds(seconds: number): Promise<void>;
  /** Writes an account past all rules; only the embedded chain can. */
  setAccount?(account: LocalAccount): void;
  close(): Promise<void>;
}

let shared: Promise<TestChain> | undefined;

/** One chain for all test files of a run; tests stay apart by using networks and wallets of their own. */
export function testChain(): Promise<TestChain> {
  shared ??= process.env.COMMONWIRE_RPC_URL ? connect(process.env.COMMONWIRE_RPC_URL) : embed();
  return shared;
}

let steady: Promise<TestChain> | undefined;

/**
 * A chain whose time stands still but for `passSeconds`, for tests of what changes at an exact second. A cluster that
 * `COMMONWIRE_RPC_URL` names goes on within its second.
 */
export function steadyChain(): Promise<TestChain> {
  if (process.env.COMMONWIRE_RPC_URL) return testChain();
  const start = Date.now();
  steady ??= embed({ now: () => start });
  return steady;
}

/** Closes the chains that any test used. */
export async function closeTestChain(): Promise<void> {
  await Promise.all([shared, steady].map(async (chain) => (await chain)?.close()));
}

async function embed(clock?: ChainClock): Promise<TestChain> {
  const localnet: Localnet = await startLocalnet({
    programs: [{ address: PROGRAM_ID, soFile: prebuilt('network') }],
    ...(clock ? { clock } : {}),
  });
  const connection = new Connection(localnet.rpcUrl, 'confirmed');
  const payer = await fund(connection, 1_000_000);
  return {
    connection,
    payer,
    passSeconds: async (seconds) => {
      localnet.setUnixTimestamp(Number(await chainTime(connection)) + seconds);
    },
    setAccount: localnet.setAccount,
    close: () => localnet.close(),
  };
}

async function connect(url: string): Promise<TestChain> {
  const connection = new Connection(url, 'confirmed');
  // It would send with a blockhash of up to 30 s ago, and where slots are short, none lasts that long.
  Object.assign(connection, { _disableBlockhashCaching: true });
  const payer = await fund(connection, 1000);
  const passSeconds = async (seconds: number) => {
    const until = (await chainTime(connection)) + BigInt(seconds);
    await travel(url, until);
    while ((await chainTime(connection)) < until) await nextSlot(connection);
  };
  return { connection, payer, passSeconds, close: async () => {} };
}

const METHOD_NOT_FOUND = -32601;
const travelled = z.object({ error: z.object({ code: z.number(), message: z.string() }).optional() });

/** Moves a Surfpool validator's clock to these unix seconds. Other nodes don't know the method: theirs takes its time. */
async function travel(url: string, until: bigint): Promise<void> {
  const params = [{ absoluteTimestamp: Number(until) * 1000 }];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'surfnet_timeTravel', params }),
  });
  const { error } = travelled.parse(await response.json());
  if (!error || error.code === METHOD_NOT_FOUND) return;
  // Where chain time got there by itself in between, there is nothing to do.
  if (!error.message.includes('past timestamp')) throw new Error(`time travel: ${error.message}`);
}

/** A new wallet with so many SOL. */
export async function fund(connection: Connection, sol: number): Promise<Keypair> {
  const wallet = Keypair.generate();
  const signature = await connection.requestAirdrop(wallet.publicKey, Math.round(sol * LAMPORTS_PER_SOL));
  const latest = await connection.getLatestBlockhash();
  await connection.confirmTransaction({ signature, ...latest });
  return wallet;
}

/** Unix seconds of the Clock sysvar. */
export async function chainTime(connection: Connection): Promise<bigint> {
  const clock = await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY, 'processed');
  return clock!.data.readBigInt64LE(32);
}

/** Returns once the chain has moved to another slot. */
export function nextSlot(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const id = connection.onSlotChange(() => {
      void connection.removeSlotChangeListener(id);
      resolve();
    });
  });
}
