export { type AuctionOrder, type Clearing, clearAuction } from './auction';
export * from './usage';
