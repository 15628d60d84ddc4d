import { expect } from 'chai';
import { worldCells } from '../../app/web/test/world-cells';
import { networkInfo, ORACLE, ServedPage } from '../support/web/served-page';

const DEVICES = 100_000;
const PAGE = 4096;
/** No task of the page may be longer, milliseconds. */
const LONGEST_TASK = 200;

const CELLS = worldCells(DEVICES);
const LIVING = CELLS.filter((cell) => cell !== null).length;

describe('web application in a browser: map', function () {
  this.timeout(120_000);
  let served: ServedPage;
  let broken = false;

  before(async () => {
    served = await ServedPage.open({
      rpc: 'http://node.test/',
      // Nothing but the map asks for devices here.
      network: networkInfo({ device_count: 0 }),
    });
    await served.page.route(`${ORACLE}/v1/cells*`, (route) => {
      const query = new URL(route.request().url()).searchParams;
      const first = Number(query.get('after') ?? -1) + 1;
      const cells = CELLS.slice(first, first + PAGE);
      const next = first + PAGE < DEVICES ? first + PAGE - 1 : null;
      const kinds = cells.map(() => 1);
      return route.fulfill({
        json: { first: broken ? first + 1 : first, cells, kinds, next_after: next },
        headers: { 'access-control-allow-origin': '*' },
      });
    });
  });
  after(() => served?.close());

  const map = () => served.page.getByRole('application');
  const seen = () => served.page.locator('.beside [role=status]');
  const lines = () => served.page.locator('.lines li');
  /** All that is in the cells of the list, and how many cells it says it has. */
  const told = async () => {
    const text = (await seen().innerText()).replaceAll('\u202f', '');
    const [, items, cells] = /: (\d+) devices? in (\d+) cells/.exec(text) ?? [];
    return { items: Number(items), cells: Number(cells) };
  };
  const allSeen = () =>
    seen().filter({ hasText: `${Math.floor(LIVING / 1000)}\u202f${`${LIVING}`.slice(-3)} devices` });

  it('shows 100,000 devices by their cells, and never holds up the page', async () => {
    const { page } = served;
    await page.addInitScript(`globalThis.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      }).observe({ type: 'longtask', buffered: true });`);
    await served.goTo('/map');
    await allSeen().waitFor();
    expect((await told()).cells).to.equal(Number(await lines().first().getAttribute('aria-setsize')));
    await map().focus();
    const before = await told();
    for (let i = 0; i < 8; i++) await page.keyboard.press('+');
    await seen()
      .filter({ hasNotText: `in ${before.cells} cells` })
      .waitFor();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Home');
    await allSeen().waitFor();
    await page.mouse.move(400, 500);
    await page.mouse.wheel(0, -600);
    const task = await page.evaluate<number>('longest');
    this.ctx.test!.title += `: ${task.toFixed(0)} ms at most`;
    expect(task).to.be.lessThan(LONGEST_TASK);
    expect(await served.faults()).to.deep.equal([]);
    await served.picture('map');
  });

  it('has on the map what the list has: a click on a cell lists its devices, with links', async () => {
    const { page } = served;
    await served.goTo('/map');
    await allSeen().waitFor();
    const first = lines().first().getByRole('button');
    const cell = await first.getAttribute('title');
    const count = Number(/(\d+) devices?$/.exec((await first.innerText()).replaceAll('\u202f', ''))![1]);
    await first.click();
    await seen()
      .filter({ hasText: `Cell ${cell}` })
      .waitFor();
    await lines().first().waitFor();
    expect(Number(await lines().first().getAttribute('aria-setsize'))).to.equal(count);
    expect(new URL(page.url()).hash).to.equal(`#/map/${cell}`);
    // The address leads to the same cell, in the middle of the map; there Enter and a click choose it too.
    await page.reload();
    await lines().first().getByRole('link').waitFor();
    await page.getByRole('button', { name: 'All cells' }).click();
    await lines().first().getByRole('button').waitFor();
    const box = (await map().boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await lines().first().getByRole('link').waitFor();
    await map().focus();
    await page.keyboard.press('Escape');
    await lines().first().getByRole('button').waitFor();
    await page.keyboard.press('Enter');
    await lines().first().getByRole('link').waitFor();
    await lines().first().getByRole('link').click();
    expect(new URL(page.url()).hash).to.match(/^#\/devices\/\d+$/);
  });

  it('fits a phone, and is dark where that is asked for', async () => {
    await served.goTo('/map');
    await allSeen().waitFor();
    const ink = () =>
      served.page.evaluate<number>(`(() => {
        const canvas = document.querySelector('.map canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) sum += (data[i] + data[i + 1] + data[i + 2]) * data[i + 3];
        return sum;
      })()`);
    const light = await ink();
    expect(light).to.be.greaterThan(0);
    await served.page.emulateMedia({ colorScheme: 'dark' });
    await served.page.waitForFunction(
      `getComputedStyle(document.querySelector('.map')).backgroundColor === 'rgb(26, 32, 28)'`,
    );
    expect(await served.faults()).to.deep.equal([]);
    await served.picture('map-dark');
    expect(await ink()).to.not.equal(light);
    expect(await served.overflow()).to.equal(0);
    await served.page.emulateMedia({ colorScheme: 'light' });
  });

  it('is on the network’s page, loaded once it can be seen', async () => {
    await served.goTo('/');
    await served.page.getByRole('heading', { name: 'Map' }).scrollIntoViewIfNeeded();
    await allSeen().waitFor();
    expect(served.errors).to.deep.equal([]);
  });

  it('says so if an oracle’s pages don’t fit together', async () => {
    broken = true;
    await served.goTo('/map');
    await served.page.getByText('gave an answer that does not match the API').first().waitFor();
  });
});
