import { PAGE_SLOTS } from '@commonwire/sdk/network';
import type { Chain, ChainNetwork } from './chain';

/** Pages are read again after this time even if nothing seems to have been paid, milliseconds. */
const KEPT_MS = 30_000;

interface Page {
  readonly totalPaid: bigint;
  readonly at: number;
  readonly paid: ArrayLike<bigint>;
}

/** What devices have been paid, by page. A page is read again only if the network has paid something since. */
export class PaidPages {
  private readonly pages = new Map<number, Page>();

  constructor(private readonly chain: Pick<Chain, 'paidInPages'>) {}

  /** Returns what each of these devices has been paid since the start, base units, in their order. */
  async of({ totalPaid }: ChainNetwork, indices: readonly number[]): Promise<bigint[]> {
    const isKnown = (page: Page | undefined) =>
      page?.totalPaid === totalPaid && performance.now() - page.at < KEPT_MS;
    const unread = [...new Set(indices.map(pageOf))].filter((number) => !isKnown(this.pages.get(number)));
    if (unread.length > 0) {
      const at = performance.now();
      const read = await this.chain.paidInPages(unread);
      for (const [i, number] of unread.entries()) this.pages.set(number, { totalPaid, at, paid: read[i]! });
    }
    return indices.map((index) => this.pages.get(pageOf(index))?.paid[index % PAGE_SLOTS] ?? 0n);
  }
}

const pageOf = (index: number): number => Math.floor(index / PAGE_SLOTS);
