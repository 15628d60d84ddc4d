import type { NetworkInfo } from '@commonwire/sdk/oracle';
import { source as axe } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { servePage } from '../../../app/demo/src/page';
import { openChromium } from '../chain/chromium';

const WIDE = { width: 1280, height: 1000 };
/** No server is there: the browser's requests to it are answered by the test. */
export const ORACLE = 'http://oracle.test';

/** The web application in a browser, on a real chain. What oracles say besides is the test's. */
export class ServedPage {
  /** What the page complained about in the console. */
  readonly errors: string[] = [];

  private constructor(
    readonly page: Page,
    readonly url: string,
    private readonly closers: readonly (() => Promise<void>)[],
  ) {}

  static async open(given: { rpc: string; network: NetworkInfo }): Promise<ServedPage> {
    const browser = await openChromium(WIDE);
    const server = await servePage(0, { oracles: [ORACLE], rpc: given.rpc });
    const page = await browser.context.newPage();
    const self = new ServedPage(page, server.url, [() => server.close(), () => browser.close()]);
    page.setDefaultTimeout(30_000);
    page.on('pageerror', ({ message }) => self.errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') self.errors.push(`${message.text()} ${message.location().url}`);
    });
    await answer(browser.context, '/v1/network', given.network);
    await answer(browser.context, '/health', {
      status: 'ok',
      oracle: given.network.oracle,
      time: given.network.time,
      collecting: given.network.epoch.collecting,
    });
    await answer(browser.context, '/v1/epochs?limit=24', { epochs: [], next_before: null });
    return self;
  }

  /** Opens one of the application's pages by its address. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.url}#${path}`);
    await this.page.reload();
  }

  /** What axe finds on the page that is open: the rule, and where it is broken. */
  async faults(): Promise<string[]> {
    await this.page.evaluate(axe);
    return this.page.evaluate(`axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`);
  }

  /** How far the page can be scrolled sideways at a phone's width. */
  async overflow(): Promise<number> {
    await this.page.setViewportSize({ width: 360, height: 740 });
    const over = await this.page.evaluate<number>('document.documentElement.scrollWidth - 360');
    await this.page.setViewportSize(WIDE);
    return over;
  }

  /** A picture for the documents, where `COMMONWIRE_PICTURES` names a folder. */
  async picture(name: string): Promise<void> {
    const folder = process.env.COMMONWIRE_PICTURES;
    if (folder) await this.page.screenshot({ path: `${folder}/${name}.png` });
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
  }
}

const answer = (context: BrowserContext, path: string, body: object) =>
  context.route(`${ORACLE}${path}`, (route) =>
    route.fulfill({ json: body, headers: { 'access-control-allow-origin': '*' } }),
  );

/** What an oracle tells of a network, but for what a test gives. */
export const networkInfo = (given: Partial<NetworkInfo>): NetworkInfo => {
  const any = 'SysvarC1ock11111111111111111111111111111111';
  return {
    program: any,
    network: any,
    birth: '1',
    mint: any,
    decimals: 6,
    authority: any,
    governance: null,
    committee: { version: 1, threshold: 1, keys: [any] },
    policy: {},
    clock: { origin: 0, start: 0, speed: 1 },
    epoch: { current: 1, pending: null, cut: 1, collecting: 2 },
    epoch_seconds: 86_400,
    cut_time: 0,
    device_count: 0,
    earned_total: '0',
    paid_total: '0',
    oracle: any,
    peers: [],
    time: 1_000,
    ...given,
  };
};
