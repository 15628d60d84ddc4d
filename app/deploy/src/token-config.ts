import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { address, whole } from './config-fields';

/** Token metadata that wallets show. */
export interface TokenMetadata {
  name: string;
  symbol: string;
  /** The address of a JSON document with a picture; may be empty. */
  uri: string;
}

/** The reward token: a new one that only the network can mint, or an existing one with which the vault is funded. */
export type TokenConfig =
  | { kind: 'minted'; program: PublicKey; decimals: number; metadata?: TokenMetadata }
  | { kind: 'funded'; mint: PublicKey };

const PROGRAMS = { 'spl-token': TOKEN_PROGRAM_ID, 'token-2022': TOKEN_2022_PROGRAM_ID };

const text = (least: number, most: number) => {
  const message = `must be a string of ${least} to ${most} bytes`;
  return z
    .string(message)
    .refine((value) => Buffer.byteLength(value) >= least && Buffer.byteLength(value) <= most, message);
};

/** The field `token` of a network's configuration. */
export const tokenFields = z.strictObject({
  program: z.enum(['spl-token', 'token-2022'], 'must be "spl-token" or "token-2022"').optional(),
  decimals: whole(0, 9).optional(),
  metadata: z
    .strictObject({ name: text(1, 32), symbol: text(1, 10), uri: text(0, 200).default('') })
    .optional(),
  /** An existing token: only with funded emission. */
  mint: address.optional(),
});

/** Where rewards come from: `emission.kind`. */
export const emissionKind = z.enum(['minted', 'funded'], 'must be "minted" or "funded"').default('minted');

/** Converts the fields to a token. Calls `refuse` for contradictory fields. */
export function toToken(
  kind: z.output<typeof emissionKind>,
  { program, decimals, metadata, mint }: z.output<typeof tokenFields>,
  refuse: (field: string, message: string) => never,
): TokenConfig {
  if (kind === 'funded') {
    if (!mint) return refuse('mint', 'is missing: funded rewards need an existing token');
    for (const [field, value] of Object.entries({ program, decimals, metadata }))
      if (value !== undefined) return refuse(field, 'is defined by the mint: omit it if rewards are funded');
    return { kind, mint };
  }
  if (mint)
    return refuse(
      'mint',
      'is created with the network; set emission.kind to "funded" to use an existing token',
    );
  if (decimals === undefined) return refuse('decimals', 'must be a whole number from 0 to 9');
  if (metadata && program !== 'token-2022') return refuse('metadata', 'needs "program": "token-2022"');
  return { kind, program: PROGRAMS[program ?? 'spl-token'], decimals, ...(metadata ? { metadata } : {}) };
}
