import { defineProgram } from '../core/program';
import type { Assets } from '../generated/assets';
import idl from '../generated/assets.json';

/** The assets program that this SDK was built for. */
export const assetsProgram = defineProgram<Assets>(idl);

export const { instruction, decode, dataOf, coder } = assetsProgram;

/** Stands for an optional account that is left out. */
export const NONE = assetsProgram.address;
