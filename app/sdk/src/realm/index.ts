export * from './accounts';
export * from './addresses';
export * from './create-realm';
export * from './effects';
export { GOVERNANCE_PROGRAM_ID } from './program';
export * from './proposals';
export * from './rules';
