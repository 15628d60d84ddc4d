export { type AuctionOrder, type Clearing, clearAuction } from './auction';
export * from './parking';
export * from './ride';
export * from './usage';
export * from './voucher';
