export type { UnpaidReason } from './leaves';
export { type Payroll, payroll } from './payroll';
export {
  type PlanOptions,
  planSettlement,
  type SettlementPlan,
  type SettlementRun,
} from './plan';
export { AccountState, TokenAccounts } from './token-accounts';
export { type SettlementParts, settlementInstruction } from './transaction';
