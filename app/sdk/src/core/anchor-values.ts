import { BN } from '@coral-xyz/anchor';

/** Converts an integer for Anchor's coder. */
export const bn = (value: bigint): BN => new BN(value.toString());

/** Converts an integer from Anchor's coder. */
export const big = (value: BN): bigint => BigInt(value.toString());

/** Converts a byte array from Anchor's coder. */
export const bytes = (value: readonly number[]): Uint8Array => Uint8Array.from(value);
