/** Markets to test with, and everybody who trades in them. */
export * from './chain';
export * from './test-market';
