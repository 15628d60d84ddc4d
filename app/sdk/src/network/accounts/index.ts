export * from './approval';
export * from './bonds';
export * from './demand';
export * from './funding';
export * from './network';
export * from './owner-record';
export * from './page';
export * from './registry';
