import type { UseTerms, UseTotals } from '@commonwire/sdk/market';

/** What both sides of a session know of its order from the chain. */
export interface SessionOrder {
  /** Addresses of the program and of the order, 32 bytes each. */
  program: Uint8Array;
  order: Uint8Array;
  birth: bigint;
  /** Public key that signs vouchers, 32 bytes. */
  session: Uint8Array;
  terms: UseTerms;
  /** What was settled already. */
  settled: UseTotals;
}

/** Reads an order that the offer can serve, by its address in base58. @throws SessionError `order_unusable` */
export type FindOrder = (address: string) => Promise<SessionOrder>;
