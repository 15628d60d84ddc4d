import { Connection } from '@solana/web3.js';
import { newestSlot } from './newest-slot';
import { originOf, reasonOf } from './rpc-errors';
import { endpointOf, type RpcPatience, rpcFetch } from './rpc-fetch';
import { sleep } from './sleep';

/** Connections whose requests ask for that slot by themselves. */
const asking = new WeakSet<Connection>();

/**
 * Connects to an RPC node, with commitment `confirmed`, as all programs of Commonwire do. Every request has a time limit,
 * reads are repeated within bounds, and after a transaction nothing older than its slot is read, whichever machine behind
 * a load balancer answers. No WebSocket is opened. Nothing is sent yet.
 * @param url may hold a user and a password, which are sent as a header
 * @throws RpcError `bad-rpc-url`; later requests throw other RpcErrors
 * @example
 * const connection = connect('https://user:password@rpc.example/');
 */
export function connect(url: string, patience: RpcPatience = {}): Connection {
  const endpoint = endpointOf(url);
  const connection: Connection = new Connection(endpoint.url, {
    commitment: 'confirmed',
    // Requests are repeated here, not there.
    disableRetryOnRateLimit: true,
    fetch: rpcFetch(endpoint, () => newestSlot(connection), patience) as never,
  });
  asking.add(connection);
  return connection;
}

/** The origin of a connection's node, for messages: its whole address may hold a secret. */
export const nodeOf = ({ rpcEndpoint }: Connection): string => originOf(rpcEndpoint);

/** How long a node may lag behind a confirmed transaction, and how often it is asked, milliseconds. */
const LAG_MS = 30_000;
const LAG_PAUSE_MS = 200;

/**
 * Waits, where the connection wasn't made by {@link connect}, until the node has reached the slot of the last transaction
 * that landed.
 */
export async function caughtUp(connection: Connection): Promise<void> {
  const slot = newestSlot(connection);
  if (slot === 0 || asking.has(connection)) return;
  for (const start = Date.now(); Date.now() - start < LAG_MS; await sleep(LAG_PAUSE_MS)) {
    try {
      const reached = await connection.getSlot({ commitment: 'confirmed', minContextSlot: slot });
      if (reached >= slot) return;
    } catch (error) {
      // Any other failure is told by the read that follows.
      if (!/minimum context slot/i.test(reasonOf(error))) return;
    }
  }
}
