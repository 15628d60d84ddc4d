import { z } from 'zod';
import type { World } from './world';

/**
 * What Solana's Rust `RpcClient` 4.3.2 sends, with every field that it writes (also the empty ones), and what it can
 * deserialise. Command-line tools of Solana and of spl-token ask by it, and so do most keepers and explorers in Rust.
 */
export interface RustRequest {
  /** The command that asks so. */
  command: string;
  method: string;
  params: (known: World['known']) => unknown[];
  result: z.ZodType;
}

export const COMMITMENT = { commitment: 'confirmed' };
export const key = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
// Lamports of the whole supply are beyond 2^53, so rounded here.
export const u64 = z.number().nonnegative().multipleOf(1);
export const inContext = (value: z.ZodType) => z.object({ context: z.object({ slot: u64 }), value });
