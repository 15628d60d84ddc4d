import { defineProgram } from '../core/program';
import type { Market } from '../generated/market';
import idl from '../generated/market.json';

/** The market program that this SDK was built for. */
export const marketProgram = defineProgram<Market>(idl);

export const { instruction, decode, dataOf, coder } = marketProgram;

/** Stands for an optional account that is left out. */
export const NONE = marketProgram.address;
