export {
  fetchDeposit,
  fetchGovernance,
  fetchProposal,
  fetchRealm,
  type GovernanceState,
  type ProposalAccount,
  type ProposedAction,
  type RealmAccount,
} from './accounts';
export * from './addresses';
export * from './create-realm';
export * from './differences';
export * from './effects';
export { GOVERNANCE_PROGRAM_ID } from './program';
export * from './proposals';
export * from './rules';
