/** DAOs to test with: a realm of SPL Governance, its stakers and its council. */
export * from './chain';
export * from './test-dao';
export * from './trap';
