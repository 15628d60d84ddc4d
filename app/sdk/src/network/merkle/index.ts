export * from './errors';
export * from './ledger';
export * from './nodes';
export * from './registry';
export * from './run';
export * from './sum-nodes';
