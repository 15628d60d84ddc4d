/** Assets to test with, and everybody who matters to them. */
export * from './chain';
export * from './test-asset';
