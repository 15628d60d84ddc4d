import { BN } from '@coral-xyz/anchor';

/** A `u64` or `i64` as Anchor's coder takes it. */
export const bn = (value: bigint): BN => new BN(value.toString());

/** An integer as Anchor's coder gives it. */
export const big = (value: BN): bigint => BigInt(value.toString());

/** A byte array as Anchor's coder gives it. */
export const bytes = (value: readonly number[]): Uint8Array => Uint8Array.from(value);
