import { z } from 'zod';
import type { Case } from './case';
import { filled, type Recorded, recordedSchema } from './recorder';
import recorded from './requests.vectors.json';
import { CLUSTER_REQUESTS } from './rust-cluster';
import { LEDGER_REQUESTS } from './rust-ledger';
import type { RustRequest } from './rust-request';
import type { World } from './world';

const ANSWER = z.object({ result: z.unknown().optional(), error: z.unknown().optional() });

async function answer({ localnet }: World, method: string, params: unknown) {
  const response = await fetch(localnet.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method, params }),
  });
  return ANSWER.parse(await response.json());
}

async function ask(world: World, { method, params, result }: RustRequest): Promise<void> {
  const said = await answer(world, method, params(world.known));
  if (said.error !== undefined) throw new Error(`${method}: ${JSON.stringify(said.error)}`);
  result.parse(said.result);
}

/** What a node says of a transaction that it can't take any more. */
const REFUSED = z.object({ code: z.literal(-32002) });

/** Repeats what a tool sent. Transactions are out of date, and whatever else a node understands it answers. */
async function repeat(world: World, { method, params }: Recorded): Promise<void> {
  const { error, result } = await answer(world, method, filled(world, params));
  if (error === undefined ? result === undefined : !REFUSED.safeParse(error).success)
    throw new Error(`${method}: ${JSON.stringify(error)}`);
}

/** The requests of the Rust client: those whose answers are known, and those that its tools were seen to send. */
export const RUST_CASES: readonly Case[] = [
  ...[...LEDGER_REQUESTS, ...CLUSTER_REQUESTS].map((request) => ({
    name: `rust: ${request.command} (${request.method})`,
    check: (world: World) => ask(world, request),
  })),
  ...z
    .array(recordedSchema)
    .parse(recorded)
    .map((request) => ({
      name: `rust, recorded: ${request.command} (${request.method})`,
      check: (world: World) => repeat(world, request),
    })),
];
