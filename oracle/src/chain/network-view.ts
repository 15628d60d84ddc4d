import { within } from '../runtime/deadline';
import type { Chain, ChainNetwork } from './chain';

/** The most milliseconds that a request waits for the chain. */
export const WAIT_MS = 8_000;

/** How long what was read of a network is used, milliseconds; 0: it is read for every request. */
export interface Freshness {
  /** Until then it is used as it is. */
  readonly freshMs: number;
  /** Until then it is used while it is read again, so that a request rarely waits for the RPC node. */
  readonly staleMs: number;
}

/**
 * The network's account for those who only show it: tasks read the chain themselves. One read serves all requests that
 * come meanwhile.
 */
export class NetworkView {
  private known: { readonly network: ChainNetwork; readonly at: number } | undefined;
  private reading: Promise<ChainNetwork> | undefined;
  private failed: { readonly error: unknown; readonly at: number } | undefined;

  constructor(
    private readonly chain: Pick<Chain, 'readNetwork'>,
    private readonly freshness: Freshness = { freshMs: 0, staleMs: 0 },
  ) {}

  /** @throws CommonwireError; OracleError `timeout` with status 503 if the RPC node doesn't answer in time */
  async latest(): Promise<ChainNetwork> {
    const { known } = this;
    const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < this.freshness.freshMs) return known.network;
    const reading = this.read();
    if (known && age < this.freshness.staleMs) {
      // Whoever asks once it is too old meets the failure.
      reading.catch(() => undefined);
      return known.network;
    }
    return within(WAIT_MS, 'reading the network from the chain', reading);
  }

  private read(): Promise<ChainNetwork> {
    // Without a time to live, a read that began before this request may be older than what its client has seen.
    if (this.reading && this.freshness.freshMs > 0) return this.reading;
    const at = performance.now();
    // A node that refuses is asked no more often than one that answers.
    if (this.failed && at - this.failed.at < this.freshness.freshMs) return Promise.reject(this.failed.error);
    const reading = this.chain
      .readNetwork('latest')
      .then((network) => {
        if (!this.known || this.known.at <= at) this.known = { network, at };
        this.failed = undefined;
        return network;
      })
      .catch((error: unknown) => {
        this.failed = { error, at: performance.now() };
        throw error;
      })
      .finally(() => {
        if (this.reading === reading) this.reading = undefined;
      });
    this.reading = reading;
    return reading;
  }
}
