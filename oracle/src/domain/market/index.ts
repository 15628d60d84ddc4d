export type { ChainArea, ChainMeter, ChainOffer, ChainOrder, MarketAccounts } from './accounts';
export { clearableUntil, clearMarket } from './clear';
export { type Collected, type Collecting, collect } from './collect';
export { type KeptUsage, readBook, readMeteredLine, readUsageLine } from './lines';
export { INTERVAL } from './metered';
export {
  collectingOf,
  keptMetered,
  leafOf,
  type MarketState,
  type Traded,
  trade,
} from './trade';
export type * from './types';
