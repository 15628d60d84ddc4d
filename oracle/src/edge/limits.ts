/** What an oracle gives its clients at most. An address is that of a client, for IPv6 its /64 network. */
export interface Limits {
  /** Connections at once. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Requests that are being answered or wait for that. */
  readonly requests: number;
  readonly requestsPerAddress: number;
  /** Of these, requests that read much, such as logs and datasets. More wait for them. */
  readonly heavy: number;
  readonly heavyPerAddress: number;
  /** Requests that an address may send in a second for ever, and so many of them that it may save up. */
  readonly perSecond: number;
  readonly burst: number;
  /** Milliseconds for a request's headers, for all of it, and between two requests of a connection. */
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** A client may take so long to read an answer: this, and as long as its bytes take at that rate. */
  readonly readMs: number;
  readonly readBytesPerSecond: number;
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed. */
  readonly proxies: readonly string[];
}

export const LIMITS: Limits = {
  connections: 1024,
  connectionsPerAddress: 128,
  requests: 128,
  requestsPerAddress: 32,
  heavy: 8,
  heavyPerAddress: 4,
  perSecond: 200,
  burst: 4000,
  headersMs: 10_000,
  requestMs: 15_000,
  idleMs: 15_000,
  readMs: 15_000,
  readBytesPerSecond: 64 * 1024,
  // A proxy on the same machine, which docs/operating.md advises.
  proxies: ['127.0.0.1', '::1'],
};

/** Addresses whose rates are remembered. */
export const MOST_ADDRESSES = 20_000;

/** Bytes of a request's body that count as much as a request. */
const BYTES_PER_COST = 4096;

/** What a request's body counts for, in requests. */
export const costOfBody = (bytes: number): number => Math.floor(bytes / BYTES_PER_COST);
