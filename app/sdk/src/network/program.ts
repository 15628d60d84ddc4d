import { defineProgram } from '../core/program';
import type { Network } from '../generated/network';
import idl from '../generated/network.json';

/** The network program that this SDK was built for. */
export const networkProgram = defineProgram<Network>(idl);

/** The network program's address. */
export const PROGRAM_ID = networkProgram.address;

export const { instruction, decode, dataOf, coder } = networkProgram;
