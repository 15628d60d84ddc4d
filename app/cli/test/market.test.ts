import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { market } from '../src/commands/market';

const run = async (...argv: string[]) => {
  const lines: string[] = [];
  expect(await market.run(argv, (line) => lines.push(line))).to.equal(0);
  return lines;
};
const clear = (bids: string, asks: string, ...more: string[]) =>
  run('clear', '--bids', bids, '--asks', asks, ...more);

describe('commonwire market clear', () => {
  it('shows what trades at which price, and what each order gets', async () => {
    expect(await clear('10@30,5@20', '8@10,6@25')).to.deep.equal([
      '10 units trade at 25, between 25 and 25',
      'bid  10 of 10 at 30',
      'bid  0 of 5 at 20',
      'ask  8 of 8 at 10',
      'ask  2 of 6 at 25',
    ]);
    expect((await clear('5@9', '5@10'))[0]).to.equal('nothing trades: no bid reaches an ask');
  });

  it('--json: one document, amounts in decimal', async () => {
    const json = async (bids: string, asks: string) => JSON.parse((await clear(bids, asks, '--json')).join());
    expect(await json('5@20, 5@20, 5@20', '10@10')).to.deep.equal({
      quantity: '10',
      low: '20',
      high: '20',
      price: '20',
      bids: ['3', '3', '4'],
      asks: ['10'],
    });
    expect(await json('', '18446744073709551615@0')).to.deep.equal({
      quantity: '0',
      low: null,
      high: null,
      price: null,
      bids: [],
      asks: ['0'],
    });
  });

  it('error: what is no order, too many, a missing side', async () => {
    for (const bids of ['10', '10@', '@3', '10@-1', '1.5@2', '0@5', '10@30,', '18446744073709551616@1'])
      await expectError(clear(bids, ''), /--bids.*is not UNITS@PRICE/);
    await expectError(clear('', Array(10_001).fill('1@1').join()), /--asks.* has more than 10000 orders/);
    await expectError(run('clear', '--bids', '1@1'), /--asks is missing/);
    await expectError(run('open', '--bids', '1@1', '--asks', '1@1'), /must be one of create, set-fees/);
  });
});
