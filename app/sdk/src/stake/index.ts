export * from './accounts';
export * from './addresses';
export * from './create-pool';
export * from './holdings';
export * from './positions';
export { STAKE_PROGRAM_ID, stakeProgram } from './program';
export * from './voter-weight';
export * from './weight';
