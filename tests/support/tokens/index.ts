/** Mints and token accounts, as transactions make them or as bytes. */
export * from './accounts';
export * from './mints';
export * from './token-2022';
