export { type UnpaidReason, unpaidReason } from './leaves';
export { type Payroll, payroll } from './payroll';
export { type PlanOptions, planSettlement, type SettlementPlan, type SettlementRun } from './plan';
export { SETTLEMENT_LOADED_BYTES, settlementUnits } from './sizes';
export { AccountState, TokenAccounts } from './token-accounts';
export { type SettlementParts, settlementInstruction } from './transaction';
