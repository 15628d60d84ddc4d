export * from './accounts';
export * from './addresses';
export { type AuctionOrder, type Clearing, clearAuction } from './auction';
export { type Book, fetchBook } from './book';
export * from './direct';
export * from './facts';
export * from './instructions';
export * from './parking';
export { marketProgram } from './program';
export { type ProvenUsage, provenUsage } from './proven';
export * from './reserving';
export * from './ride';
export {
  askOf,
  EXPIRY_SECONDS,
  INTERVAL_SECONDS,
  type MarketFees,
  nextInterval,
  type OfferTerms,
  type OrderTerms,
  USES,
  type Use,
} from './terms';
export { parsePrice, priceText, quantityText, USE_UNITS } from './units';
export * from './usage';
export * from './voucher';
