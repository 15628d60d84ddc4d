import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { market } from '../src/commands/market';

const named = (name: string) => new PublicKey(Buffer.from(name.padEnd(32))).toBase58();
const START = 1_782_000_000;
const [AREA, ANNA, BEN] = ['area', 'Anna', 'Ben'].map(named) as [string, string, string];

/** Anna's panels sell to Ben. */
const book = () => {
  const time = { from: START, end: START + 1_800 };
  const quarter = (device: number, at: number, measured: { out?: string; in?: string }) => ({
    device,
    start: START + at * 900,
    seconds: 900,
    ...measured,
  });
  return {
    cleared_until: START,
    cut_time: START + 1_800 + 7_200,
    areas: [{ address: AREA, loss_bps: 500 }],
    meters: [0, 2].map((device) => ({ area: AREA, device, ...time })),
    devices: [
      { index: 0, kind: 'meter', owner: ANNA },
      { index: 1, kind: 'energy', owner: ANNA },
      { index: 2, kind: 'meter', owner: BEN },
    ],
    offers: [
      {
        address: named('offer'),
        birth: '1',
        owner: ANNA,
        area: AREA,
        meter: 0,
        generators: [1],
        ask: '20',
        capacity: '1000000',
        ...time,
      },
    ],
    orders: [
      {
        address: named('order'),
        birth: '2',
        owner: BEN,
        area: AREA,
        meter: 2,
        max_price: '30',
        budget: '9000',
        ...time,
      },
    ],
    reports: [
      quarter(0, 0, { out: '1000' }),
      quarter(1, 0, { out: '1200' }),
      quarter(2, 0, { in: '400' }),
      quarter(0, 1, { out: '100' }),
      quarter(1, 1, { out: '100' }),
      quarter(2, 1, { in: '400' }),
    ],
  };
};

describe('commonwire market clear --book', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'book-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const file = (content: unknown) => {
    const path = join(folder, 'book.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const run = async (...argv: string[]) => {
    const lines: string[] = [];
    expect(await market.run(argv, (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  const clear = (content: unknown, ...more: string[]) => run('clear', '--book', file(content), ...more);

  it('clears each interval of an area, within budgets', async () => {
    // The budget pays for 300 of 400 Wh, then for 100, of which 95 arrive: what is left out of the bid lifts the price.
    expect(await clear(book())).to.deep.equal([
      `2026-06-21T00:00:00Z  area ${AREA}: 300 Wh at 20, between 20 and 20 (1 bid, 1 ask)`,
      `2026-06-21T00:15:00Z  area ${AREA}: 95 Wh at 30, between 30 and 30 (1 bid, 1 ask)`,
      '2 clearings; cleared until 2026-06-21T00:30:00Z',
      `offer ${named('offer')}: 395 Wh for 8850 in all`,
      `order ${named('order')}: 395 Wh for 8850 in all`,
    ]);
  });
  it('--json: one document, amounts in decimal', async () => {
    const document = JSON.parse((await clear(book(), '--json')).join());
    expect(document.cleared_until).to.equal(START + 1_800);
    expect(document.clearings[0]).to.deep.equal({
      area: AREA,
      start: START,
      quantity: '300',
      low: '20',
      high: '20',
      price: '20',
      bids: [{ account: named('order'), quantity: '300', price: '30', units: '300' }],
      asks: [{ account: named('offer'), quantity: '950', price: '20', units: '300' }],
    });
    expect(document.usage).to.have.length(2);
  });
  it('error: what is no book, naming the field', async () => {
    const one = book();
    const refused: [unknown, RegExp][] = [
      ['{', /book.json is not JSON/],
      [{}, /is not a book: cleared_until/],
      [{ ...one, cleared_until: START + 60 }, /cleared_until does not begin a quarter/],
      [{ ...one, cut_time: START + 32 * 86_400 }, /cut_time is more than 31 days after/],
      [
        { ...one, orders: [{ ...one.orders[0], budget: '18446744073709551616' }] },
        /orders.0.budget is not below 2\^64/,
      ],
      [{ ...one, orders: [{ ...one.orders[0], budget: '-1' }] }, /orders.0.budget is not a whole number/],
      [{ ...one, areas: [{ address: 'nowhere' }] }, /areas.0.address is not an address/],
      [{ ...one, orders: [one.orders[0], one.orders[0]] }, /orders has \w+ twice/],
      [{ ...one, devices: [{ index: 0, kind: 'sensor', owner: ANNA }] }, /devices.0.kind is neither/],
    ];
    for (const [content, message] of refused) await expectError(clear(content), message);
    await expectError(clear(book(), '--bids', '1@1'), /--book: takes the place of/);
    await expectError(run('clear', '--book', join(folder, 'none.json')), /none.json/);
  });
});
