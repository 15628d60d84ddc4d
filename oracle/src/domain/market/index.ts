export {
  type ChainArea,
  type ChainMeter,
  type ChainOffer,
  type ChainOrder,
  type MarketAccounts,
  MOST_BEHIND,
} from './accounts';
export { clearableUntil, clearMarket } from './clear';
export { type Collected, type Collecting, collect } from './collect';
export { energyAccounts, energyOffer, energyOrder } from './from-chain';
export { type KeptUsage, readBook, readMeteredLine, readUsageLine } from './lines';
export { INTERVAL } from './metered';
export {
  bookAtCut,
  collectingOf,
  keptMetered,
  leafOf,
  type MarketState,
  type Traded,
  trade,
} from './trade';
export type * from './types';
