export * from './bonds';
export * from './network';
export * from './owner-record';
export * from './page';
export * from './registry';
export * from './witness';
