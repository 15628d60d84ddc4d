import type { Case } from './case';
import { KIT_CASES } from './kit';
import { RUST_CASES } from './rust-client';
import { WEB3_CASES } from './web3';

/** The cases that Node alone can check. */
export const CASES: readonly Case[] = [...WEB3_CASES, ...KIT_CASES, ...RUST_CASES];
