import { Connection } from '@solana/web3.js';
import { z } from 'zod';
import { chainTime, nextSlot } from './clock';
import type { TestChain } from './test-chain';
import { fund } from './wallets';

/** The cluster at this URL, as a test's chain. Programs are deployed there before. */
export async function connectCluster(url: string): Promise<TestChain> {
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
