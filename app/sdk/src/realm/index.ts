export {
  decodeProposal,
  fetchDeposit,
  fetchGovernance,
  fetchProposal,
  fetchRealm,
  type GovernanceState,
  type ProposalAccount,
  type ProposalSummary,
  type ProposedAction,
  type RealmAccount,
} from './accounts';
export * from './addresses';
export * from './create-realm';
export * from './decisions';
export * from './differences';
export * from './effects';
export { REALM_ERRORS } from './errors';
export * from './joining';
export { GOVERNANCE_PROGRAM_ID } from './program';
export * from './proposals';
export * from './rules';
export * from './search';
export * from './votes';
