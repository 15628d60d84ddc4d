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
    do {
      await travel(url, until);
      await nextSlot(connection);
    } while ((await chainTime(connection)) < until);
  };
  return { connection, payer, passSeconds, close: async () => {} };
}

const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;
const travelled = z.object({
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown() }).optional(),
});

/** Moves a Surfpool validator's clock to these unix seconds. Other nodes don't know the method: theirs takes its time. */
async function travel(url: string, until: bigint): Promise<void> {
  const params = [{ absoluteTimestamp: Number(until) * 1000 }];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'surfnet_timeTravel', params }),
  });
  const { error } = travelled.parse(await response.json());
  // An internal error is one of two: the time has come by itself in between, or a busy node took over two seconds to
  // move, and may have moved. The clock tells, and the caller looks at it.
  if (!error || error.code === METHOD_NOT_FOUND || error.code === INTERNAL_ERROR) return;
  throw new Error(`time travel: ${error.message}${error.data ? `: ${JSON.stringify(error.data)}` : ''}`);
}
