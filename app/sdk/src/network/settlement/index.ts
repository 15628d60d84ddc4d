export { type UnpaidReason, unpaidReason } from './leaves';
export { addressKey, type LookupTable, type PlannedTable } from './lookup-tables';
export { type Payroll, payroll } from './payroll';
export {
  type PlanOptions,
  planSettlement,
  type SettlementPlan,
  type SettlementRun,
  tableTransactions,
} from './plan';
export { settlementUnits, tableStep } from './sizes';
export { AccountState, TokenAccounts } from './token-accounts';
export { compileMessage, IndexedTable, type SettlementParts, settlementInstruction } from './transaction';
