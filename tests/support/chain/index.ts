/** A chain to test on, wallets on it, its clock, and the errors that it answers with. */
export * from './clock';
export * from './embedded';
export * from './expect-error';
export * from './fixture';
export * from './named-accounts';
export * from './refusals';
export * from './test-chain';
export * from './wallets';
