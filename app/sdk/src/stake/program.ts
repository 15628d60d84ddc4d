import { defineProgram } from '../core/program';
import type { Stake } from '../generated/stake';
import idl from '../generated/stake.json';

/** The stake program that this SDK was built for. */
export const stakeProgram = defineProgram<Stake>(idl);

/** The stake program's address: also the add-in that a realm is configured with. */
export const STAKE_PROGRAM_ID = stakeProgram.address;

export const { instruction, decode, dataOf, coder } = stakeProgram;
