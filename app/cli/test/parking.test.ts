import { QUARTER_SECONDS, quarterOf } from '@commonwire/sdk/market';
import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { TestMarket } from '../../../tests/support/market';
import { pictureOf, spansOf } from '../src/market/parking/calendar';
import { MarketCommands } from './market-commands';

const HOUR = 4n * QUARTER_SECONDS;

describe('commonwire parking', function () {
  this.timeout(60_000);
  let commands: MarketCommands;
  let market: TestMarket;
  let [owner, driver]: Keypair[] = [];
  let bay: string;
  /** The quarter-hour in which the bay's offer begins. */
  let begin: bigint;

  before(async () => {
    commands = await MarketCommands.start();
  });
  after(() => commands.files.remove());
  beforeEach(async () => {
    market = await TestMarket.create(commands.chain);
    [owner, driver] = [await market.wallet(0n), await market.wallet(1_000_000n)];
    bay = (await offering()).offer;
    begin = BigInt((await commands.show(bay)).from);
  });

  /** Time as an option takes it. */
  const when = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+/, '');
  const at = ({ publicKey }: Keypair) => publicKey.toBase58();
  const offering = async (...more: string[]) => {
    const until = when((await market.now()) + 60n * 86_400n);
    const terms = ['--device', '3', '--price', '0.0001', '--until', until];
    return commands.json(owner!, 'parking', 'offer', '--market', `${market.address}`, ...terms, ...more);
  };
  /** Two hours, two hours after the offer begins. */
  const usual = () => ['--from', when(begin + 2n * HOUR), '--until', when(begin + 4n * HOUR)];
  const reserve = (...more: string[]) =>
    commands.json(
      driver!,
      'parking',
      'reserve',
      '--offer',
      bay,
      ...(more[0] === '--from' ? [] : usual()),
      ...more,
    );
  const act = (action: string, order: string, by = driver!, ...more: string[]) =>
    commands.as(by, 'parking', action, '--order', order, ...more);
  const passTo = async (time: bigint) => market.chain.passSeconds(Number(time - (await market.now())));
  const passEarly = () => passTo(begin + 2n * HOUR - HOUR);
  const calendar = async (...more: string[]) => commands.run('parking', 'calendar', bay, ...more);
  const taken = async () =>
    JSON.parse((await calendar('--json', '--from', when(begin)))[0]!).taken as {
      from: number;
      until: number;
    }[];

  it('offers a bay once, at exact prices, with a fee of cancelling', async () => {
    const made = await offering('--id', '9', '--cancel-fee', '12.5');
    expect(made.effects[2]).to.match(/^cancelling costs 12.5 % of what was reserved/);
    expect(await commands.show(made.offer)).to.include({ use: 'parking', min_price: '100', promised: '0' });
    expect((await market.offer(new PublicKey(made.offer))).terms.cancelFeeBps).to.equal(1_250);
    expect((await offering('--id', '9', '--cancel-fee', '12.5')).nothing_to_do).to.match(/just these terms/);
    await expectError(offering('--id', '9'), /has another offer 9 already/);
    await expectError(offering('--price', '0.00000001'), /--price: 0.00000001 tokens a minute is zero/);
    await expectError(offering('--zone', 'Mars/Olympus'), /--zone: Mars\/Olympus is not a time zone/);
  });

  it('reserves with a new order, whose budget is the price, and shows it', async () => {
    const dry = await reserve('--dry-run');
    expect(dry).to.deep.include({ dry_run: true, signatures: [] });
    const made = await reserve('--zone', 'Europe/Berlin');
    expect(made.effects[0]).to.match(
      /from \d{4}-\d\d-\d\d \d\d:\d\dZ \(\d{4}-\d\d-\d\d \d\d:\d\d\+0[12]:00\) until/,
    );
    const shown = await commands.show(made.order);
    expect(shown).to.include({ use: 'parking', budget: made.price, escrow: made.price });
    expect(shown.reservation).to.deep.equal({
      from: Number(begin + 2n * HOUR),
      until: Number(begin + 4n * HOUR),
      price: made.price,
      checked_in_at: null,
    });
    expect(shown.next).to.equal(`the driver: commonwire parking cancel --order ${made.order}`);
    expect((await reserve('--id', made.id)).nothing_to_do).to.match(/has reserved just that/);
    await expectError(
      reserve('--id', made.id, '--from', when(begin), '--until', when(begin + 1n)),
      /has another order 0 already/,
    );
    await expectError(reserve(), /is taken at \d{4}-.* commonwire parking calendar/);
    expect((await commands.show(bay)).promised).to.equal('120');
    expect(await taken()).to.deep.equal([
      { from: Number(begin + 2n * HOUR), until: Number(begin + 4n * HOUR) },
    ]);
  });

  it('takes times with their offset, and each quarter-hour that they touch', async () => {
    const local = (seconds: bigint) => when(seconds + 2n * 3_600n).replace('Z', '+02:00');
    const made = await reserve('--from', local(begin + 100n), '--until', local(begin + HOUR + 1n));
    expect(made).to.include({ from: `${begin}`, until: `${begin + HOUR + QUARTER_SECONDS}` });
  });

  it('refuses what is no time of the bay, or cannot be paid', async () => {
    const span = (from: bigint, until: bigint) => ['--from', when(from), '--until', when(until)];
    await expectError(reserve(...span(begin, begin)), /--until: must be later than --from/);
    await expectError(reserve(...span(begin - 86_400n, begin)), /is offered from .* choose a time within/);
    await expectError(reserve(...span(begin, begin + 31n * 86_400n)), 'reservation-too-far');
    await expectError(reserve(...span(begin, begin + 29n * 86_400n)), 'not-enough');
    await expectError(reserve('--order', bay, '--id', '1'), /--order: goes without --id/);
    const hotspot = await market.createOffer(owner!, { use: 'bandwidth', devices: [3] });
    await expectError(commands.run('parking', 'calendar', `${hotspot}`), 'wrong-use');
  });

  it('cancelled early it pays the fee, and the rest comes back with the quarter-hour', async () => {
    const { order, price } = await reserve();
    await expectError(act('leave', order), 'not-checked-in');
    await expectError(act('cancel', order, owner!), /must be the order's consumer/);
    await expectError(act('end', order, owner!), 'not-driver');
    await expectError(act('check-in', order), 'check-in-too-early');
    await passEarly();
    const lines = await act('cancel', order);
    expect(lines[0]).to.match(/^the order pays 0.0006\d* tokens of 0.012\d* tokens to bay/);
    await expectError(act('cancel', order), 'nothing-reserved');
    expect(await taken()).to.deep.equal([]);
    await passTo(begin + HOUR + QUARTER_SECONDS);
    const before = await market.balance(market.tokensOf(driver!.publicKey));
    await commands.as(owner!, 'order', 'close', '--order', order);
    const back = (await market.balance(market.tokensOf(driver!.publicKey))) - before;
    expect(back).to.equal(BigInt(price) - (BigInt(price) * 500n) / 10_000n);
  });

  it('checks in and leaves with the session key, and pays what began', async () => {
    const session = Keypair.generate();
    const { order, price } = await reserve('--session-key', at(session));
    await passTo(begin + 2n * HOUR + 60n);
    const payer = ['--payer', commands.files.key(driver!)];
    await act('check-in', order, session, ...payer);
    expect((await act('check-in', order, session, ...payer))[0]).to.match(
      /^nothing to do: the driver checked in/,
    );
    await expectError(act('cancel', order), 'already-checked-in');
    await expectError(act('end', order, owner!), 'not-driver');
    await passTo(begin + 2n * HOUR + 1_900n);
    await act('leave', order, session, ...payer);
    expect(await commands.show(order)).to.include({
      reservation: null,
      settled_amount: `${(BigInt(price) * 3n) / 8n}`,
      settled_units: '45',
    });
    expect((await commands.show(bay)).next).to.match(/offer collect/);
  });

  it('anybody ends what nobody came for, or what is over', async () => {
    const [missed, over] = [
      await reserve(),
      await reserve('--from', when(begin + 4n * HOUR), '--until', when(begin + 5n * HOUR)),
    ];
    await passTo(begin + 2n * HOUR + QUARTER_SECONDS);
    await expectError(act('check-in', missed.order), 'check-in-too-late');
    expect((await commands.show(missed.order)).next).to.match(/^commonwire parking end/);
    await act('end', missed.order, owner!);
    expect((await commands.show(missed.order)).settled_amount).to.equal(`${BigInt(missed.price) / 4n}`);
    await passTo(begin + 4n * HOUR);
    await act('check-in', over.order);
    await passTo(begin + 5n * HOUR);
    await act('end', over.order, owner!);
    const shown = await commands.show(over.order);
    expect(shown).to.include({ settled_amount: over.price, closable: true });
    await commands.as(owner!, 'order', 'close', '--order', over.order);
  });

  it('reserves again with an order that has enough left', async () => {
    const until = begin + 10n * HOUR;
    const terms = { use: 'parking', budget: 50_000n, until } as const;
    const order = `${await market.createOrder(driver!, { ...terms, maxPrice: 1_000n }, 77n, new PublicKey(bay))}`;
    expect((await commands.show(order)).next).to.match(/parking reserve --offer \w+ --order/);
    await reserve('--order', order);
    expect((await reserve('--order', order)).nothing_to_do).to.match(/has reserved just that/);
    await passEarly();
    await act('cancel', order);
    // It goes on, since it lasts longer than what it had reserved.
    expect(await commands.show(order)).to.include({ cancelled_at: null });
    await expectError(
      commands.as(owner!, 'parking', 'reserve', '--offer', bay, '--order', order, ...usual()),
      'wrong-key',
    );
    await reserve('--order', order);
  });

  it('draws the calendar in UTC and a zone', async () => {
    await reserve();
    const first = begin - (begin % 86_400n);
    const lines = await calendar('--from', when(first), '--days', '2', '--zone', 'Asia/Kolkata');
    expect(lines[0]).to.match(/^bay \w+, 0.0001\d* tokens a minute; now .*\+05:30\)$/);
    expect(lines[1]).to.match(/^UTC +local +\+0 +\+1 .*\+11$/);
    expect(lines).to.have.length(2 + 4 + 1 + 1);
    expect(lines[2]!.startsWith(`${when(first).slice(0, 10)} 00:00Z  05:30+05:30`)).to.equal(true);
    const signs = lines
      .slice(2, 6)
      .map((line) => line.padEnd(80).slice(32))
      .join('');
    const from = Number(quarterOf(begin + 2n * HOUR) - quarterOf(first));
    expect(signs.indexOf('#')).to.equal(from);
    expect(signs.slice(from, from + 9)).to.equal('########.');
    expect(lines.at(-1)).to.match(/^taken \d{4}-.*Z \(.*\+05:30\) until/);
    await expectError(calendar('--zone', 'Nowhere'), /--zone: Nowhere is not a time zone/);
    await expectError(calendar('--days', '32'), /--days/);
  });

  it('the change of the clocks moves local times, and no quarter-hour', () => {
    const change = quarterOf(BigInt(Date.parse('2027-03-28') / 1000));
    const days = { from: change, until: change + 96n, stateOf: () => 'free' as const };
    const [, night, noon] = pictureOf(days, 'Europe/Berlin');
    expect(night).to.equal(`2027-03-28 00:00Z  01:00+01:00  ${'.'.repeat(48)}`);
    expect(noon).to.equal(`2027-03-28 12:00Z  14:00+02:00  ${'.'.repeat(48)}`);
    expect(spansOf(days, 'free')).to.deep.equal([[change, change + 96n]]);
    expect(spansOf(days, 'taken')).to.deep.equal([]);
  });
});
