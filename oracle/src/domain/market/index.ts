export { clearableUntil, clearMarket } from './clear';
export { INTERVAL } from './metered';
export type * from './types';
