// Must be imported first: it prepares what the other modules use at once.
import '../buffer';
import { connect } from '@commonwire/sdk/core';
import { type Connection, PublicKey } from '@solana/web3.js';

const connections = new Map<string, Connection>();

/** The connection to a node. Its reads have the SDK's time limits and repeats. */
export function nodeAt(rpc: string): Connection {
  const known = connections.get(rpc) ?? connect(rpc, { timeoutMs: 8_000, patienceMs: 5_000 });
  connections.set(rpc, known);
  return known;
}

/** An address as a reader wrote it; undefined where it is none. */
export function addressIn(text: string): PublicKey | undefined {
  try {
    return new PublicKey(text.trim());
  } catch {
    return undefined;
  }
}
