export * from './challenge-model';
export * from './challenges';
export * from './crank-network';
export * from './guarded-network';
export * from './handover';
export * from './settling';
export * from './test-network';
