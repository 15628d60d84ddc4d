export * from './accounts';
export * from './addresses';
export { announcedEffects, isCommitteeTightened } from './announced';
export * from './challenge';
export * from './crank';
export { fetchOpenDemands, fetchShownLeaves } from './demands';
export { networkEffects, networkOf, readNetworkEffects, withdrawnEffects } from './effects';
export * from './epoch-message';
export * from './equivocation';
export { RegistryReplayError } from './flat-instructions';
export * from './instructions';
export * from './merkle';
export { fetchNewDevices, fetchRegistryChanges } from './new-devices';
export * from './pages';
export { type Payout, readPayouts } from './payouts';
export * from './policy';
export { isSamePolicy } from './policy-changes';
export { networkProgram, PROGRAM_ID } from './program';
export * from './registry-changes';
export { inChainOrder, type Ordered } from './registry-order';
export { checkRewardMint, type RewardMint, RewardMintError } from './reward-mint';
export {
  AccountState,
  type Payroll,
  type PlanOptions,
  payroll,
  planSettlement,
  type SettlementParts,
  type SettlementPlan,
  type SettlementRun,
  settlementInstruction,
  TokenAccounts,
  type UnpaidReason,
} from './settlement';
