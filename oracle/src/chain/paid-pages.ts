import { PAGE_SLOTS } from '@commonwire/sdk/network';
import { within } from '../runtime/deadline';
import type { Chain, ChainNetwork } from './chain';
import { type Freshness, WAIT_MS } from './network-view';

/** Pages are read again after this time even if nothing seems to have been paid, milliseconds. */
const KEPT_MS = 30_000;
/** Pages that are kept, of 8 KiB each. */
const MOST_PAGES = 2048;
/** The most pages that one answer may need, which one request to the RPC node gives. */
export const MOST_PAGES_AT_ONCE = 16;

interface Page {
  readonly totalPaid: bigint;
  readonly at: number;
  readonly paid: ArrayLike<bigint>;
}

/**
 * What devices have been paid, by page. A page is read again only if the network has paid something since, and no
 * sooner than anything else of the chain. One read serves all requests that come meanwhile.
 */
export class PaidPages {
  /** In order of their last reading, oldest first. */
  private readonly pages = new Map<number, Page>();
  private readonly reading = new Map<string, Promise<Page>>();

  constructor(
    private readonly chain: Pick<Chain, 'paidInPages'>,
    private readonly freshness: Pick<Freshness, 'freshMs'> = { freshMs: 0 },
  ) {}

  /**
   * Returns what each of these devices has been paid since the start, base units, in their order, with at most one
   * request to the RPC node.
   * @throws OracleError `timeout` with status 503 if it doesn't answer in time
   */
  async of({ totalPaid }: ChainNetwork, indices: readonly number[]): Promise<bigint[]> {
    const numbers = [...new Set(indices.map(pageOf))];
    if (numbers.length > MOST_PAGES_AT_ONCE) throw new RangeError(`${numbers.length} pages at once`);
    const unread = numbers.filter(
      (number) => !this.isKnown(number, totalPaid) && !this.reading.has(keyOf(number, totalPaid)),
    );
    if (unread.length > 0) this.read(unread, totalPaid);
    const paid = await Promise.all(numbers.map((number) => this.page(number, totalPaid)));
    const pages = new Map(numbers.map((number, i) => [number, paid[i]!]));
    return indices.map((index) => pages.get(pageOf(index))![index % PAGE_SLOTS] ?? 0n);
  }

  private isKnown(number: number, totalPaid: bigint): boolean {
    const page = this.pages.get(number);
    if (!page) return false;
    const age = performance.now() - page.at;
    return age < this.freshness.freshMs || (page.totalPaid === totalPaid && age < KEPT_MS);
  }

  private async page(number: number, totalPaid: bigint): Promise<ArrayLike<bigint>> {
    const reading = this.reading.get(keyOf(number, totalPaid));
    const page = reading
      ? await within(WAIT_MS, 'reading what was paid from the chain', reading)
      : this.pages.get(number)!;
    return page.paid;
  }

  private read(numbers: readonly number[], totalPaid: bigint): void {
    const at = performance.now();
    const all = this.chain.paidInPages(numbers);
    for (const [i, number] of numbers.entries()) {
      const key = keyOf(number, totalPaid);
      const one = all
        .then((read) => this.keep(number, { totalPaid, at, paid: read[i]! }))
        .finally(() => this.reading.delete(key));
      one.catch(() => undefined);
      this.reading.set(key, one);
    }
  }

  private keep(number: number, page: Page): Page {
    this.pages.delete(number);
    this.pages.set(number, page);
    if (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value!);
    return page;
  }
}

const keyOf = (number: number, totalPaid: bigint): string => `${number}:${totalPaid}`;

/** The page that a device's slot is in. */
export const pageOf = (index: number): number => Math.floor(index / PAGE_SLOTS);
