import type { ToolCommand } from '../command';
import { DEPLOYING } from './programs';
import { READING } from './reading';
import { STAKING } from './stake';
import { VOTING } from './vote';
import { PAYING } from './wallet';

/** Commands of `solana`, in an order in which each finds what it needs. */
export const SOLANA_COMMANDS: readonly ToolCommand[] = [
  ...READING,
  ...PAYING,
  ...STAKING,
  ...VOTING,
  ...DEPLOYING,
];
