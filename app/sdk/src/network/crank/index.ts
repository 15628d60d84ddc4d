export { crank, planCrank, printCrank } from './crank';
export { CrankError } from './errors';
export type { SenderOptions } from './sender';
export type {
  CrankCost,
  CrankEvent,
  CrankOptions,
  CrankOutcome,
  CrankStage,
  CrankSummary,
  UnpaidSum,
} from './types';
