import { MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import { getAssociatedTokenAddressSync } from '@solana/spl-token';
import { source as axe } from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { LivingNetwork } from '../../app/demo/src/living-network';
import { openChromium } from '../support/chain/chromium';
import { closeTokens } from '../support/tokens/closing';
import { injectWallet } from '../support/web/injected-wallet';

const WIDE = { width: 1280, height: 1000 };
const PHONE = { width: 360, height: 740 };
/** Set: where to write pictures of the pages for the documents. */
const PICTURES = process.env.COMMONWIRE_PICTURES;

/** The light of a computed `rgb(r, g, b)`, 0 to 765. */
const lightOf = (color: string) =>
  (color.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);

describe('web application in a browser, of a network that is alive', function () {
  this.timeout(240_000);
  let network: LivingNetwork;
  let browser: Awaited<ReturnType<typeof openChromium>>;
  let page: Page;
  const told: string[] = [];
  const errors: string[] = [];

  before(async () => {
    browser = await openChromium(WIDE);
    network = await LivingNetwork.start({ epochSeconds: 5, port: 0, write: (line) => told.push(line) });
    page = await browser.context.newPage();
    // Machines differ: a day of this network takes as long as its closing does.
    page.setDefaultTimeout(180_000);
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => {
      // Chromium tells every 404, also of a part that an oracle that catches up doesn't have yet: the page asks again.
      const partToCome =
        /\(Not Found\)/.test(message.text()) && /\/parts\/[0-9a-f]{64}$/.test(message.location().url);
      if (message.type() === 'error' && !partToCome)
        errors.push(`${message.text()} ${message.location().url}`);
    });
    await injectWallet(page, { name: 'Newer', key: network.owners[0]!, versions: ['legacy', 0, 1] });
    await injectWallet(page, { name: 'Older', key: network.owners[0]!, versions: ['legacy', 0] });
    await injectWallet(page, { name: 'Refusing', key: network.owners[0]!, versions: [0], declines: true });
    await page.goto(network.pageUrl);
  });
  after(async () => {
    await network?.stop();
    await browser?.close();
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') process.stderr.write(told.splice(0).join(''));
  });

  /** Rows of the table in a section, as text by cell, all of one moment: the page may show others the next. */
  const rowsOf = (section: string): Promise<string[][]> =>
    page.evaluate(`[...document.querySelectorAll('#${section} tbody tr')].map((row) =>
      [...row.cells].map((cell) => cell.innerText))`);

  /** What axe finds on the page that is open: the rule, and where it is broken. */
  const faults = async (): Promise<string[]> => {
    await page.evaluate(axe);
    return page.evaluate(`axe.run().then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`);
  };
  const picture = async (name: string) => {
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png` });
  };

  it('shows the network and three healthy oracles', async () => {
    await page.getByText('All 3 oracles healthy').waitFor();
    const tiles = page.locator('#network .tiles');
    expect(await tiles.locator('dt').allInnerTexts()).to.deep.equal([
      'Earned since the start',
      'Paid out',
      'Collecting epoch',
      'Devices',
      'Device time',
    ]);
    expect(await page.locator('#network .facts code').count()).to.equal(3);
    const oracles = await rowsOf('oracles');
    expect(oracles.map(([url]) => url?.replace(' (shown here)', ''))).to.deep.equal(network.oracleUrls);
    expect(oracles.map(([, state]) => state)).to.deep.equal(['healthy', 'healthy', 'healthy']);
    expect(await page.locator('#oracles-note').innerText()).to.include('2 of 3 must sign an epoch');
  });

  it('adds epochs as they are promoted, without being reloaded', async () => {
    const promoted = page.locator('#epochs tbody tr', { hasText: 'promoted' });
    await promoted.nth(0).waitFor();
    const first = await promoted.count();
    await network.promoted(first + 2);
    await promoted.nth(first + 1).waitFor();
    expect(await page.locator('#plots rect').count()).to.be.at.least(2 * (first + 2));
    const heads = await page.locator('#epochs thead th').allInnerTexts();
    expect(heads.slice(0, 4)).to.deep.equal(['Epoch', 'State', 'kWh', 'Tokens']);
    const [number, , energy = '', tokens = ''] = (await rowsOf('epochs')).at(-1)!;
    expect(number).to.equal('1');
    expect(energy).to.match(/^[1-9]/);
    expect(tokens).to.match(/^[1-9]/);
  });

  it('counts down to the next cut', async () => {
    const text = await page.locator('#network .tiles').innerText();
    // A measured day, on the chain too.
    expect(text).to.match(/next cut (in \d+ (h|min|s)|is due)/);
    expect(Number(await page.locator('progress').getAttribute('max'))).to.equal(86_400);
  });

  it('puts those who lie first, with what gave them away', async () => {
    const devices = page.locator('#devices tbody tr');
    for (const code of ['bad-signature', 'sun-at-night', 'conflict', 'too-old'])
      await devices.filter({ hasText: code }).waitFor();
    const rows = await rowsOf('devices');
    expect(rows.length).to.be.at.least(24);
    const earnedBy = (code: string) => rows.find(([, , reasons]) => reasons?.includes(code))?.[3];
    // Of two readings in conflict the first may be paid before the other comes: that amount is owed from then on.
    for (const code of ['bad-signature', 'sun-at-night']) expect(earnedBy(code), code).to.equal('0');
    expect(earnedBy('too-old'), 'what it measured before it sent it again').to.match(/^[1-9]/);
    const troubled = rows.map(([, , reasons]) => reasons !== '–');
    expect(troubled).to.deep.equal([...troubled].sort((a, b) => Number(b) - Number(a)));
  });

  it('shows a device with its four states apart, and says what to do about what is not paid', async () => {
    const night = page.locator('#devices tbody tr', { hasText: 'sun-at-night' }).first();
    await night.locator('th a').click();
    await page.getByRole('heading', { name: /^Device \d+$/ }).waitFor();
    expect(await page.locator('#device .tiles dt').allInnerTexts()).to.deep.equal([
      'Measured',
      'Accepted',
      'Earned',
      'Paid',
    ]);
    await page
      .getByText('The sun was below the horizon. Check the device’s clock and place.')
      .first()
      .waitFor();
    expect(await page.locator('#reports rect.unpaid').count()).to.be.greaterThan(0);
    expect(await faults()).to.deep.equal([]);
    await picture('device');
  });

  it('shows an owner without a wallet, with the devices, and saves them as CSV', async () => {
    await page.locator('#device .facts a').click();
    await page.getByRole('button', { name: 'Save as CSV' }).waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    expect((await saved).suggestedFilename()).to.match(/^commonwire-\w+\.csv$/);
    expect((await rowsOf('owned')).length).to.be.at.least(1);
    expect(await faults()).to.deep.equal([]);
  });

  it('finds an epoch, and shows who signed it', async () => {
    await page.getByRole('searchbox').fill('1');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Epoch 1' }).click();
    await page.locator('#epoch').getByText('promoted').waitFor();
    await page.locator('#signatures .state.good').nth(1).waitFor();
    expect(await rowsOf('signatures')).to.have.length(3);
    expect(await faults()).to.deep.equal([]);
  });

  it('speaks German whole, by locale, where that is chosen', async () => {
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('link', { name: 'Netz' }).click();
    await page.getByText('Alle 3 Orakel gesund').waitFor();
    expect(await page.locator('#network .tiles').innerText()).to.match(/\d,\d{6}/);
    expect(await page.locator('html').getAttribute('lang')).to.equal('de');
    await page.getByLabel('Sprache').selectOption('en');
    await page.getByText('All 3 oracles healthy').waitFor();
    await page.locator('#devices tbody tr').first().waitFor();
    expect(await faults()).to.deep.equal([]);
    await picture('network');
  });

  it('fits a phone: tables scroll, the page does not', async () => {
    await page.setViewportSize(PHONE);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).to.equal(PHONE.width);
    const box = "document.querySelector('#devices .scroll')";
    const hidden = await page.evaluate<number>(`${box}.scrollWidth - ${box}.clientWidth`);
    expect(hidden).to.be.greaterThan(0);
    await page.setViewportSize(WIDE);
  });

  it('is light on dark where that is asked for', async () => {
    const lights = async () => {
      const style = 'getComputedStyle(document.body)';
      const colors = await page.evaluate<[string, string]>(`[${style}.color, ${style}.backgroundColor]`);
      return colors.map(lightOf);
    };
    const [ink, paper] = await lights();
    expect(ink).to.be.lessThan(paper!);
    await page.emulateMedia({ colorScheme: 'dark' });
    const [darkInk, darkPaper] = await lights();
    expect(darkInk).to.be.greaterThan(darkPaper! + 300);
    expect(await page.locator('#epochs').isVisible()).to.equal(true);
    expect(await faults()).to.deep.equal([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  /** An owner whom the crank can't pay, since the token account is gone: what is due waits for the owner. */
  const owner = () => network.owners[0]!;
  const box = () => page.locator('#collect');
  const connect = async (wallet: string) => {
    await page.goto(`${network.pageUrl}#/owners/${owner().publicKey}`);
    await page.reload();
    await box().getByRole('button', { name: 'Connect a wallet' }).click();
    await box()
      .getByRole('button', { name: `Use ${wallet}` })
      .click();
  };

  it('shows what it would collect for an owner before it is signed, and sends nothing if the wallet declines', async () => {
    await closeTokens(network.connection, {
      owner: owner(),
      mint: network.mint,
      to: network.owners[1]!.publicKey,
    });
    const due = page.locator('#owner .tiles > div', { hasText: 'Due, not yet paid' }).locator('.value');
    await page.goto(`${network.pageUrl}#/owners/${owner().publicKey}`);
    await due.filter({ hasText: /[1-9]/ }).waitFor();
    await connect('Refusing');
    await box().getByRole('button', { name: 'Sign and send' }).waitFor();
    const shown = await box().innerText();
    expect(shown)
      .to.match(/The owner gets\s*\d+\.\d{6}/)
      .and.to.match(/Fees\s*0\.000005/);
    expect(shown).to.match(/Stays in the new token account\s*0\.00\d+/);
    expect(await faults()).to.deep.equal([]);
    await picture('owner');
    await box().getByRole('button', { name: 'Sign and send' }).click();
    await box().getByText('Nothing more was sent: User rejected the request.').waitFor();
    const account = getAssociatedTokenAddressSync(network.mint, owner().publicKey);
    expect(await network.connection.getAccountInfo(account)).to.equal(null);
  });

  it('collects for an owner: signs, sends and follows what it has shown, until it has landed', async () => {
    await connect('Newer');
    await box().getByRole('button', { name: 'Sign and send' }).click();
    await box().getByText('landed').first().waitFor();
    const [row] = await rowsOf('collection');
    const account = getAssociatedTokenAddressSync(network.mint, owner().publicKey);
    const { value } = await network.connection.getTokenAccountBalance(account);
    // The crank may have paid more since: the account is there again.
    expect(Number(value.uiAmountString)).to.be.at.least(Number(row![1]));
    const signature = await box().locator('tbody code').first().getAttribute('title');
    const sent = await network.connection.getTransaction(signature!, {
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
    expect(sent?.version).to.equal(1);
  });

  it('shows owners paid what they earned, to the last unit', async () => {
    const { earned_total } = await network.finish(4);
    const [whole, fraction] = [earned_total.slice(0, -6), earned_total.slice(-6)];
    await page.getByRole('link', { name: 'Network' }).click();
    const tile = page.locator('#network .tiles > div', { hasText: 'Paid out' });
    // Thousands are set apart by spaces.
    await tile.filter({ hasText: new RegExp(`${[...whole].join('\\s?')}\\.${fraction}`) }).waitFor();
    const unpaid = page.locator('#owners td:last-child').filter({ hasNotText: /^0$/ });
    await unpaid.first().waitFor({ state: 'detached' });
    const rows = await rowsOf('owners');
    // Those of the first devices.
    expect(rows).to.have.length.above(20);
    for (const [owner, , earned, paid] of rows) expect(paid, owner).to.equal(earned);
    const units = rows.map(([, , , paid = '']) => BigInt(paid.replace(/[\s.]/g, '')));
    const sum = units.reduce((all, paid) => all + paid, 0n);
    expect(sum > 0n && sum <= BigInt(earned_total)).to.equal(true);
  });

  it('had nothing to complain about in the console', () => {
    expect(errors).to.deep.equal([]);
  });

  it('says if the chain is down when an owner collects, before anything is signed', async () => {
    await page.route(`${network.rpcUrl}/**`, (route) => route.abort());
    await page.goto(`${network.pageUrl}#/owners/${network.owners[0]!.publicKey}`);
    await page.reload();
    await page.getByRole('button', { name: 'Connect a wallet' }).click();
    await page.getByRole('button', { name: 'Use Older' }).click();
    await page.locator('#collect').getByText(`RPC node ${network.rpcUrl} can't be reached`).waitFor();
    await page.unroute(`${network.rpcUrl}/**`);
    await page.getByRole('link', { name: 'Network' }).click();
  });

  it('says which oracle has stopped, and goes on with another', async () => {
    const [first, second] = network.oracleUrls;
    await network.stopOracle(0);
    await page.getByText('2 of 3 oracles healthy').waitFor();
    await page.getByText(`Oracle ${first}: unreachable`).waitFor();
    await page.getByText(`data from ${second}`).waitFor();
    const [stopped, shown] = await rowsOf('oracles');
    expect(stopped?.slice(0, 2)).to.deep.equal([first, 'unreachable']);
    expect(shown?.slice(0, 2)).to.deep.equal([`${second} (shown here)`, 'healthy']);
    expect((await rowsOf('devices')).length).to.be.at.least(24);
  });
});
