import { freePort } from '@commonwire/localnet';

/** Where the demo is found if nobody else is there: the port of Solana's test validator, and the oracles' first ports. */
const RPC_PORT = 8899;
const ORACLE_PORT = 8701;

/** The ports of a demo. */
export interface Ports {
  rpc: number;
  oracles: number[];
}

/** Returns ports for the chain and so many oracles: always the same ones where they are free. */
export async function choosePorts(oracles: number): Promise<Ports> {
  const chosen: number[] = [];
  for (let i = 0; i < oracles; i++) chosen.push(await freePort([ORACLE_PORT + i]));
  // The chain's WebSocket is on the port after it.
  return { rpc: await freePort([RPC_PORT, RPC_PORT + 1]), oracles: chosen };
}
