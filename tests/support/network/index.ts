/** Networks to test with, from their creation to a handed over device. */
export * from './accounts';
export * from './big-registry';
export * from './chain';
export * from './challenge-model';
export * from './challenges';
export * from './closing';
export * from './crank-network';
export * from './guarded-network';
export * from './handover';
export * from './settling';
export * from './test-network';
