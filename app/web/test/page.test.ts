import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { JSDOM } from 'jsdom';
import { buildWeb } from '../build';
import { en } from '../src/text/en';

const ANY = 'SysvarC1ock11111111111111111111111111111111';
const HASH = 'ab'.repeat(32);
const REGISTRY = 'cd'.repeat(32);
const ATTACK = '<img src=x onerror=alert(1)>';

const network = {
  program: ANY,
  network: ANY,
  birth: '1',
  mint: ANY,
  decimals: 6,
  authority: ANY,
  committee: { version: 1, threshold: 2, keys: [ANY] },
  policy: {},
  clock: { origin: 1_467_356_400_000, start: 0, speed: 1 },
  epoch: { current: 1, pending: null, cut: 1, collecting: 2 },
  epoch_seconds: 60,
  cut_time: 0,
  device_count: 2,
  earned_total: '2500000',
  paid_total: '1500000',
  oracle: ANY,
  peers: [],
  time: 1_000,
};
const summary = {
  epoch: 1,
  state: 'promoted',
  dataset_hash: HASH,
  ledger_root: HASH,
  earned_total: '2500000',
  device_count: 2,
};
const manifest = {
  parts: { registry: [{ sha256: REGISTRY, lines: 1 }], rewards: [{ sha256: HASH, lines: 1 }] },
  totals: {
    accepted: 95,
    zeroed: 1,
    rejected: 4,
    duplicate: 2,
    refused_by_code: { 'bad-signature': 7 },
    rejected_by_code: { conflict: 4 },
    allocated: '2500000',
  },
};
const device = (index: number, refused: object[] = []) => ({
  index,
  owner: ANY,
  key_type: 0,
  device_key: '00',
  kind: 1,
  h3_cell: '8c',
  capacity: 6_000,
  retired: false,
  outstanding: null,
  earned: '2500000',
  paid: '1500000',
  claimable: '1000000',
  reports: [
    {
      epoch: 1,
      hash: HASH,
      sequence: '1',
      start: 1_467_400_500,
      seconds: 900,
      value: '5',
      outcome: index === 0 ? 'accepted' : 'rejected',
      reasons: index === 0 ? [] : [ATTACK],
    },
  ],
  refused,
});
const owner = {
  owner: ANY,
  earned: '2500000',
  paid: '1500000',
  claimable: '1000000',
  devices: [],
  incoming: [],
  settlements: [],
};

/** Makes parts of a dataset with a line for each device, by index. */
const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const rewards = (scores: readonly string[]) =>
  lines(scores.map((score, index) => ({ index, owner: ANY, score, reward: '2500000' })));
const registered = (kinds: readonly number[]) =>
  lines(kinds.map((kind, index) => ({ change: 'registered', index, kind })));

const answers: Record<string, unknown> = {
  'api/oracles': { oracles: ['http://one.test', 'http://two.test/'] },
  'http://one.test/v1/network': network,
  'http://one.test/v1/epochs?limit=24': { epochs: [summary], next_before: null },
  'http://one.test/v1/epochs/1': { ...summary, manifest, refusals: [] },
  [`http://one.test/v1/epochs/1/parts/${HASH}`]: rewards(['12345']),
  [`http://one.test/v1/epochs/1/parts/${REGISTRY}`]: registered([1]),
  'http://one.test/v1/devices/0': device(0),
  'http://one.test/v1/devices/1': device(1, [{ time: 1, code: 'bad-signature', reason: 'x' }]),
  [`http://one.test/v1/owners/${ANY}`]: owner,
};

/** The answer of an oracle that doesn't have what is asked for. */
const MISSING = null;

describe('web application', () => {
  let files: Awaited<ReturnType<typeof buildWeb>>;
  /** The same without chunks: a page of jsdom can't import any. */
  let whole: typeof files;
  let script: string;
  let html: string;
  let page: JSDOM;

  before(async () => {
    [files, whole] = await Promise.all([buildWeb(), buildWeb({ inOneFile: true })]);
    html = files.get('/')!.body.toString('utf8');
    script = whole.get('/main.js')!.body.toString('utf8');
  });
  afterEach(() => page.window.close());

  /** Runs the built page with the given answers and waits until it has loaded data. */
  async function open(given: Record<string, unknown>, at = '', language = 'en'): Promise<Document> {
    const document = start(given, at, language);
    await changed(document.body, () => /^(data|Daten|no)/.test(textOf(document, 'updated')));
    return document;
  }

  /** Waits until a condition holds after a change below an element. */
  const changed = (element: Element, holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        observer.disconnect();
        resolve();
      };
      const observer = new page.window.MutationObserver(check);
      observer.observe(element, { childList: true, characterData: true, subtree: true });
      check();
    });

  /** Runs the built page. An answer may be a promise. */
  function start(given: Record<string, unknown>, at = '', language = 'en'): Document {
    page = new JSDOM(html, {
      runScripts: 'outside-only',
      url: `http://page.test/${at}`,
      pretendToBeVisual: true,
    });
    const { window } = page;
    Object.defineProperty(window.navigator, 'languages', { value: [language] });
    const fetchStub = async (url: string) => {
      if (!(url in given)) throw new TypeError('fetch failed');
      const answer = await given[url];
      return {
        ok: answer !== MISSING,
        status: answer === MISSING ? 404 : 200,
        text: async () => (typeof answer === 'string' ? answer : JSON.stringify(answer ?? null)),
      };
    };
    Object.assign(window, { fetch: fetchStub });
    // Here the entry runs as a plain script: it exports nothing to chunks, and knows no address of its own.
    const plain = script
      .replace(/export\{[^}]*\};?\s*$/, '')
      .replaceAll('import.meta.url', 'document.baseURI');
    window.eval(plain);
    return window.document;
  }
  /** A script with all that it imports before it runs. */
  const scriptsOf = (path: string, known: readonly string[] = []): string[] => {
    const imported = `${files.get(path)!.body}`.matchAll(/(?:from|import)"\.(\/[\w-]+\.js)"/g);
    return [...imported].reduce<string[]>(
      (all, [, next]) => (all.includes(next!) ? all : scriptsOf(next!, all)),
      [...known, path],
    );
  };
  const gzipped = (paths: readonly string[]) =>
    paths.reduce((sum, path) => sum + gzipSync(files.get(path)!.body).length, 0);
  const textOf = (document: Document, id: string) =>
    (document.getElementById(id)?.textContent ?? '').replace(/\u202f/g, ' ');

  it('shows network, epochs, devices and owners from the first oracle that answers', async () => {
    const document = await open(answers);
    expect(textOf(document, 'updated')).to.equal('data from http://one.test');
    expect(textOf(document, 'health')).to.equal('1 of 2 oracles healthy, 2 must sign an epoch');
    expect(textOf(document, 'network'))
      .to.include('Earned since the start2.500000')
      .and.include('Paid out1.5000001 due')
      .and.include('Collecting epoch2next cut in 59 s');
    expect(textOf(document, 'epochs'))
      .to.include('12.3')
      .and.include('bad-signature × 7')
      .and.include('conflict × 4');
    expect(document.querySelectorAll('#plots svg rect')).to.have.length(2);
    expect(document.querySelector('#plots svg')?.textContent).to.include('7.5').and.include('15');
    expect(textOf(document, 'devices'))
      .to.include('accepted 2016-07-01 19:15 UTC')
      .and.include('bad-signature × 1');
    expect(textOf(document, 'devices-note')).to.equal('2, 1 with unpaid reports');
    expect(textOf(document, 'owners')).to.include('Sysva…1111').and.include('2.5');
  });

  it('asks again for a part that an oracle that catches up does not have yet', async () => {
    const part = `http://one.test/v1/epochs/1/parts/${HASH}`;
    const given: Record<string, unknown> = { ...answers, [part]: MISSING };
    const document = await open(given);
    expect(textOf(document, 'problems')).not.to.include('404');
    expect(textOf(document, 'epochs')).to.include('bad-signature × 7').and.not.include('12.3');
    given[part] = answers[part as keyof typeof answers];
    await changed(document.body, () => textOf(document, 'epochs').includes('12.3'));
  });

  describe('with several kinds', () => {
    const part = (name: string) => `http://one.test/v1/epochs/2/parts/${name}`;
    const last = { ...summary, epoch: 2, dataset_hash: 'ef'.repeat(32), state: 'pending' };
    const mixed = (registryLines: number, kinds: readonly number[]) => ({
      ...answers,
      'http://one.test/v1/epochs?limit=24': { epochs: [last, summary], next_before: null },
      'http://one.test/v1/epochs/2': {
        ...last,
        manifest: {
          ...manifest,
          parts: {
            registry: [{ sha256: REGISTRY, lines: registryLines }],
            rewards: [{ sha256: HASH, lines: 6 }],
          },
        },
        refusals: [],
      },
      [part(HASH)]: rewards(['1000', '2500000000', '7200', '1800', '500', '900']),
      [part(REGISTRY)]: `${registered(kinds)}${lines([{ change: 'retired', index: 0, effective_epoch: 3 }])}`,
    });
    const charts = (document: Document) =>
      [...document.querySelectorAll('#plots figure')].map((figure) => [
        figure.querySelector('figcaption')?.textContent,
        [...figure.querySelectorAll('rect title')].map((title) => title.textContent).join(', '),
      ]);
    const cellsOf = (document: Document) =>
      [...document.querySelectorAll('#epochs tr')].map((row) =>
        [...row.children].slice(0, 7).map((cell) => cell.textContent),
      );

    it('shows each kind separately, in its own unit, with its own chart and column', async () => {
      const document = await open(mixed(7, [1, 2, 3, 4, 1, 4]));
      expect(cellsOf(document)).to.deep.equal([
        ['Epoch', 'State', 'kWh', 'GB', 'Hours occupied', 'Hours measured', 'Tokens'],
        ['2', 'pending', '1.5', '2.500', '2.00', '0.75', '2.500000'],
        ['1', 'promoted', '12.3', '0.000', '0.00', '0.00', '2.500000'],
      ]);
      expect(charts(document)).to.deep.equal([
        ['Verified energy per epoch, kWh', 'Epoch 1: 12.3 kWh, Epoch 2: 1.5 kWh'],
        ['Verified traffic per epoch, GB', 'Epoch 1: 0.000 GB, Epoch 2: 2.500 GB'],
        [
          'Verified parking per epoch, hours occupied',
          'Epoch 1: 0.00 hours occupied, Epoch 2: 2.00 hours occupied',
        ],
        [
          'Verified readings per epoch, hours measured',
          'Epoch 1: 0.00 hours measured, Epoch 2: 0.75 hours measured',
        ],
        ['Tokens earned per epoch', 'Epoch 1: 2.5 tokens, Epoch 2: 2.5 tokens'],
      ]);
      // Each kind has its own scale: 2.5 GB fill theirs, although they are 2,500,000,000 bytes.
      const axes = [...document.querySelectorAll('#plots figure')].map((figure) =>
        [...figure.querySelectorAll('line + text')].map(({ textContent }) => textContent).join(' '),
      );
      expect(axes).to.deep.equal(['0 7.5 15', '0 1.25 2.5', '0 1 2', '0 0.4 0.8', '0 1.25 2.5']);
    });

    it('has no chart for a kind without devices', async () => {
      const document = await open(mixed(7, [3, 3, 3, 3, 3, 3]));
      expect(charts(document).map(([title]) => title)).to.deep.equal([
        'Verified parking per epoch, hours occupied',
        'Tokens earned per epoch',
      ]);
    });

    it('shows no kinds if the registry is too long to read', async () => {
      const document = await open(mixed(20_001, []));
      expect(cellsOf(document)[0]).to.include.members(['State', 'Tokens', 'Accepted']).and.not.include('kWh');
      expect(charts(document).map(([title]) => title)).to.deep.equal(['Tokens earned per epoch']);
    });
  });

  it('shows which oracle does not answer', async () => {
    const document = await open(answers);
    expect(textOf(document, 'problems')).to.equal('Oracle http://two.test: unreachable');
    expect(textOf(document, 'oracles')).to.include('http://one.test (shown here)healthy');
  });

  it('shows if no oracle answers, or an answer does not match the API', async () => {
    const document = await open({
      'api/oracles': { oracles: ['http://one.test'] },
      'http://one.test/v1/network': {},
    });
    expect(textOf(document, 'updated')).to.equal('no oracle answers');
    expect(textOf(document, 'health')).to.equal('No oracle answers');
    expect(textOf(document, 'owners')).to.equal('No data: no oracle answers.');
    expect(textOf(document, 'problems')).to.include('gave an answer that does not match the API');
  });

  it('lists devices with refused or rejected reports first, and shows when a cut is due', async () => {
    const document = await open({
      ...answers,
      'http://one.test/v1/network': { ...network, time: 90_000, epoch: { ...network.epoch, pending: 1 } },
    });
    const rows = [...document.querySelectorAll('#devices tbody tr')];
    expect(rows.map((row) => row.firstElementChild?.textContent)).to.deep.equal(['1', '0']);
    expect(textOf(document, 'network')).to.include('next cut is due, epoch 1 pending');
  });

  it('explains empty sections before the first epoch is closed', async () => {
    const open1 = {
      ...summary,
      state: 'collecting',
      dataset_hash: null,
      ledger_root: null,
      earned_total: null,
    };
    const document = await open({
      ...answers,
      'http://one.test/v1/network': { ...network, device_count: 0, earned_total: '0', paid_total: '0' },
      'http://one.test/v1/epochs?limit=24': { epochs: [open1], next_before: null },
    });
    expect(textOf(document, 'plots')).to.include('The first epoch is still open');
    expect(textOf(document, 'devices')).to.equal('No devices yet.');
    expect(textOf(document, 'network')).to.include('Earned since the start0tokens');
  });

  it('draws each part as it arrives, whatever is slow', async () => {
    const never = new Promise(() => undefined);
    const document = start({
      ...answers,
      'api/oracles': { oracles: ['http://slow.test', 'http://one.test'] },
      'http://slow.test/v1/network': never,
      'http://slow.test/health': never,
      'http://one.test/v1/epochs/1': never,
      'http://one.test/v1/devices/1': never,
    });
    await changed(document.body, () => textOf(document, 'devices').includes('accepted'));
    expect(textOf(document, 'network')).to.include('Earned since the start2.500000');
    expect(textOf(document, 'devices')).to.include('1loading …');
    expect(textOf(document, 'oracles')).to.include('http://slow.testasking …');
    await changed(document.body, () => textOf(document, 'epochs').includes('promoted'));
    expect(textOf(document, 'updated')).to.equal('Loading …');
  });

  it('keeps a device that could not be loaded in its table, and says why', async () => {
    const { 'http://one.test/v1/devices/1': _, ...rest } = answers;
    const document = await open(rest);
    const rows = [...document.querySelectorAll('#devices tbody tr')].map(({ textContent }) => textContent);
    expect(rows).to.have.length(2);
    expect(rows[1]).to.include('1unreachable');
    expect(textOf(document, 'problems')).to.include('Device 1: unreachable');
  });

  it('shows who may change the network, and a pause', async () => {
    const governance = {
      proposed_authority: null,
      guardian: ANY,
      upgrade_authority: null,
      pause: { since: 1_467_400_500, until: null },
    };
    const document = await open({ ...answers, 'http://one.test/v1/network': { ...network, governance } });
    expect(textOf(document, 'governance')).to.equal(
      `Paused since 2016-07-01 19:15 UTC, until the authority ends it` +
        `Authority${ANY}Guardian${ANY}Upgrade authoritynobody`,
    );
  });

  it('shows which oracle is stale, and why', async () => {
    const document = await open({
      ...answers,
      'http://one.test/health': {
        status: 'stale',
        oracle: ANY,
        time: 1,
        collecting: 2,
        problems: [{ code: 'chain-silent', message: 'x' }],
      },
    });
    expect(textOf(document, 'health')).to.equal('0 of 2 oracles healthy, 2 must sign an epoch');
    expect(textOf(document, 'oracles')).to.include('stale: chain-silent');
  });

  it('shows answers as text, never as markup', async () => {
    const document = await open(answers);
    expect(textOf(document, 'devices')).to.include(ATTACK);
    expect(document.querySelector('img')).to.equal(null);
  });

  it('shows a device with the four states apart, and what to do about a report that is not paid', async () => {
    const told = { ...device(1), reports: [...device(1).reports, ...device(0).reports] };
    told.reports[0] = { ...told.reports[0]!, hash: REGISTRY, reasons: ['sun-at-night'] };
    const document = await open({ ...answers, 'http://one.test/v1/devices/1': told }, '#/devices/1');
    await changed(document.body, () => textOf(document, 'device').includes('Measured'));
    const tiles = [...document.querySelectorAll('#device .tiles .value')].map(
      ({ textContent }) => textContent,
    );
    expect(tiles).to.deep.equal(['0.0 kWh', '0.0 kWh', '2.500000', '1.500000']);
    expect(textOf(document, 'reports')).to.include(en['reason.sun-at-night']);
    expect(document.querySelectorAll('#reports rect.unpaid')).to.have.length(1);
  });

  it('shows an owner, an epoch with who signed it, and what a search may mean, by their addresses', async () => {
    const signed = { attempt: 0, message: 'AAAA', signature: 'AAAA' };
    const given = {
      ...answers,
      'http://one.test/v1/epochs/1/signatures': {
        epoch: 1,
        oracle: ANY,
        signatures: [signed],
        witnessed: [],
        refusals: [],
      },
    };
    let document = await open(given, `#/owners/${ANY}`);
    await changed(document.body, () => textOf(document, 'owner').includes('2.500000'));
    page.window.close();
    document = await open(given, '#/epochs/1');
    await changed(document.body, () => textOf(document, 'signatures').includes('signed'));
    await changed(document.body, () => textOf(document, 'epoch').includes('promoted'));
    expect(textOf(document, 'epoch')).to.include('conflict × 4').and.include(HASH);
    page.window.close();
    document = await open(given, '#/search/7');
    await changed(document.body, () => textOf(document, 'search') !== '');
    const links = [...document.querySelectorAll('#search a')].map((link) => link.getAttribute('href'));
    expect(links).to.deep.equal(['#/devices/7', '#/epochs/7']);
  });

  it('speaks German to whoever reads it, with German numbers', async () => {
    const document = await open(answers, '', 'de-AT');
    expect(document.documentElement.lang).to.equal('de');
    expect(textOf(document, 'health')).to.equal('1 von 2 Orakeln gesund, 2 müssen eine Epoche signieren');
    expect(textOf(document, 'network')).to.include('Verdient seit Beginn2,500000');
    expect(textOf(document, 'devices')).to.include('angenommen 01.07.2016, 19:15 UTC');
  });

  it('has at most 130 kB of gzipped script, and loads nothing from elsewhere', async function () {
    await open(answers);
    const first = scriptsOf('/main.js');
    const size = gzipped(first);
    this.test!.title += `: ${(size / 1000).toFixed(0)} kB`;
    expect(size).to.be.at.most(130_000);
    const owner = [...first, ...scriptsOf('/owner.js')];
    const wallets = gzipped(scriptsOf('/collect.js').filter((path) => !owner.includes(path)));
    this.test!.title += `, and ${(wallets / 1000).toFixed(0)} kB to connect a wallet`;
    expect(wallets).to.be.at.most(90_000);
    expect(html).not.to.match(/(src|href)="(https?:)?\/\//);
    expect(html).not.to.include('<style');
  });

  it('has headers for every column and row, and tables that scroll by keyboard', async () => {
    const document = await open(answers);
    for (const table of document.querySelectorAll('table')) {
      expect(table.querySelectorAll('thead th[scope=col]').length).to.be.above(2);
      expect(table.querySelectorAll('tbody th[scope=row]').length).to.be.above(0);
      expect(table.closest('.scroll')?.getAttribute('tabindex')).to.equal('0');
    }
  });
});
