import { z } from 'zod';
import type { Case } from './case';
import { CLUSTER_REQUESTS } from './rust-cluster';
import { LEDGER_REQUESTS } from './rust-ledger';
import type { RustRequest } from './rust-request';
import type { World } from './world';

const ANSWER = z.object({ result: z.unknown().optional(), error: z.unknown().optional() });

async function ask({ localnet, known }: World, { method, params, result }: RustRequest): Promise<void> {
  const response = await fetch(localnet.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method, params: params(known) }),
  });
  const answer = ANSWER.parse(await response.json());
  if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  result.parse(answer.result);
}

/** The requests of the Rust client. */
export const RUST_CASES: readonly Case[] = [...LEDGER_REQUESTS, ...CLUSTER_REQUESTS].map((request) => ({
  name: `rust: ${request.command} (${request.method})`,
  check: (world) => ask(world, request),
}));
