import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { networkProgram } from '@commonwire/sdk/network';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { exports as sdkExports } from '../../app/sdk/package.json';
import { bundleForBrowser } from '../support/browser-bundle';
import { openChromium } from '../support/chain/chromium';
import { VECTORS_FILE } from '../vectors/generate';
import type { Vectors } from '../vectors/types';
import { checks, type Given, runCheck } from './sdk-page';

/** A network's account whose every field is set; its committee has a legal number of members. */
function networkAccount(): string {
  const { accounts } = networkProgram.coder;
  const data = Uint8Array.from({ length: accounts.size('network') }, (_, i) => (i * 37) % 10);
  data.set(accounts.accountDiscriminator('network'));
  return Buffer.from(data).toString('hex');
}

const given: Given = {
  vectors: JSON.parse(readFileSync(VECTORS_FILE, 'utf8')) as Vectors,
  networkAccount: networkAccount(),
};
const kilobytes = (bytes: Uint8Array) => `${(bytes.length / 1000).toFixed(0)} kB`;

describe('SDK in a browser', function () {
  this.timeout(120_000);
  let browser: Awaited<ReturnType<typeof openChromium>>;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    browser = await openChromium({ width: 800, height: 600 });
    page = await browser.context.newPage();
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
  });
  after(() => browser?.close());

  for (const path of Object.keys(sdkExports)) {
    if (path === './node' || path.includes('*')) continue;
    const entry = path.replace('.', '@commonwire/sdk');
    it(`loads ${entry}`, async function () {
      const bundle = await bundleForBrowser(entry);
      const names = await page.evaluate(async (code) => {
        const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
        return Object.keys(await import(url));
      }, Buffer.from(bundle).toString());
      expect(names).to.have.members(Object.keys(require(entry)));
      this.test!.title += `: ${kilobytes(bundle)} minified, ${kilobytes(gzipSync(bundle))} gzipped`;
    });
  }

  it('loads what checks the vectors', async () => {
    const script = await bundleForBrowser(join(__dirname, 'sdk-page.ts'));
    await page.addScriptTag({ type: 'module', content: Buffer.from(script).toString() });
    await page.waitForFunction('globalThis.runCheck');
  });

  for (const name of Object.keys(checks)) {
    it(`${name}, as in Node`, async () => {
      const inPage = await page.evaluate(
        ([called, about]) => (globalThis as unknown as { runCheck: typeof runCheck }).runCheck(called, about),
        [name, given] as const,
      );
      expect(JSON.parse(inPage)).to.deep.equal(JSON.parse(runCheck(name, given)));
    });
  }

  it('had nothing to complain about in the console', () => {
    expect(errors).to.deep.equal([]);
  });
});
