import { QUARTER_SECONDS, quarterOf } from '@commonwire/sdk/market';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { TestMarket } from '../../../tests/support/market';
import { MarketCommands } from './market-commands';

describe('commonwire parking', function () {
  this.timeout(60_000);
  let commands: MarketCommands;
  let market: TestMarket;
  let [owner, driver, stranger]: Keypair[] = [];

  before(async () => {
    commands = await MarketCommands.start();
  });
  after(() => commands.files.remove());
  beforeEach(async () => {
    market = await TestMarket.create(commands.chain);
    [owner, driver, stranger] = [
      await market.wallet(0n),
      await market.wallet(20_000_000n),
      await market.wallet(0n),
    ];
  });

  /** Time as an option takes it. */
  const when = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+/, '');
  const offer = async (...more: string[]) =>
    commands.json(
      owner!,
      'parking',
      'offer',
      ...['--market', market.address.toBase58(), '--device', '3', '--price', '0.05'],
      ...['--until', when((await market.now()) + 40n * 86_400n), ...more],
    );
  const reserve = (of: string, start: bigint, duration: string, ...more: string[]) =>
    commands.json(
      driver!,
      'parking',
      'reserve',
      ...['--offer', of, '--at', when(start), '--for', duration, ...more],
    );
  /** The beginning of the quarter of an hour in two hours. */
  const soon = async () => (quarterOf(await market.now()) + 8n) * QUARTER_SECONDS;
  const passTo = async (time: bigint) => market.chain.passSeconds(Number(time - (await market.now())));
  const tokens = (of: Keypair) => market.balance(market.tokensOf(of.publicKey));

  it('offers a bay once, reserves it, checks in, leaves early and gives the rest back', async () => {
    const { offer: bay } = await offer('--id', '4', '--cancel-fee', '10');
    expect((await offer('--id', '4', '--cancel-fee', '10')).nothing_to_do).to.match(/with just these terms/);
    await expectError(offer('--id', '4'), /has another offer 4 already/);
    const start = await soon();
    const made = await reserve(bay, start, '2h', '--id', '1');
    // 0.05 tokens a minute and the fee of 2 %, rounded up to a base unit.
    expect(made.effects[0]).to.match(/6\.1\d* tokens in escrow$/);
    expect((await reserve(bay, start, '2h', '--id', '1')).nothing_to_do).to.match(/has reserved just that/);
    const { order } = made;
    const calendar = JSON.parse((await commands.run('parking', 'calendar', bay, '--json'))[0]!);
    expect(calendar.taken).to.deep.equal([{ from: Number(start), until: Number(start) + 7_200 }]);
    expect(
      (await commands.run('parking', 'calendar', bay, '--days', '2')).join('').match(/#/g),
    ).to.have.length(
      // The legend has one, too.
      9,
    );
    await expectError(reserve(bay, start + 1_800n, '30m'), 'bay-taken');
    const act = (key: Keypair, action: string) => commands.json(key, 'parking', action, '--order', order);
    await expectError(act(driver!, 'check-in'), 'check-in-too-early');
    await expectError(act(stranger!, 'check-in'), /must be the order's consumer/);
    await passTo(start + 60n);
    await act(driver!, 'check-in');
    expect((await act(driver!, 'check-in')).nothing_to_do).to.match(/^the driver has checked in/);
    expect((await commands.show(order)).reservation).to.deep.include({
      from: Number(start),
      until: Number(start) + 7_200,
    });
    await passTo(start + 31n * 60n);
    await expectError(act(stranger!, 'leave'), 'not-driver');
    expect((await act(driver!, 'leave')).effects[0]).to.match(/pays 2\.\d+ tokens for 45 minutes$/);
    expect((await act(driver!, 'leave')).nothing_to_do).to.equal('nothing is reserved, or it has ended');
    await expectError(act(driver!, 'check-in'), 'nothing-reserved');
    await expectError(commands.as(driver!, 'order', 'close', '--order', order), /can be closed from/);
    await passTo(start + 7_200n);
    await commands.as(stranger!, 'order', 'close', '--order', order);
    await commands.as(owner!, 'offer', 'collect', '--offer', bay);
    const [paid, received] = [20_000_000n - (await tokens(driver!)), await tokens(owner!)];
    expect(received).to.equal(paid - (paid * 200n) / 10_000n);
    expect(paid).to.equal(45n * BigInt((await commands.show(bay)).ask));
  });

  it('anybody ends what nobody came for; cancelling in time costs the fee', async () => {
    const { offer: bay } = await offer();
    const start = await soon();
    const { order } = await reserve(bay, start, '1h');
    const leave = (key: Keypair, of: string) => commands.json(key, 'parking', 'leave', '--order', of);
    await passTo(start + 900n);
    expect((await leave(stranger!, order)).effects[0]).to.match(/for 0 minutes, as it was not used$/);
    const next = await reserve(bay, (await soon()) + 86_400n, '15m');
    const { effects } = await leave(driver!, next.order);
    expect(effects[0]).to.match(/pays 0\.03\d* tokens for 0 minutes/);
  });

  it('error: times that are no quarters of an hour, over, too far, or beyond the offer; too few tokens', async () => {
    const { offer: bay } = await offer();
    const start = await soon();
    await expectError(reserve(bay, start + 60n, '1h'), /--at: .* is no quarter of an hour/);
    await expectError(reserve(bay, start, '20m'), /--for: is no whole number of quarters/);
    await expectError(reserve(bay, start, '0m'), 'nothing-reserved');
    await expectError(reserve(bay, start - 86_400n, '1h'), 'reservation-past');
    await expectError(reserve(bay, start + 31n * 86_400n, '1h'), 'reservation-too-far');
    await expectError(reserve(bay, start, '20d'), /has 20 tokens of \w+, but [\d.,]+ go into escrow/);
    await expectError(offer('--price', '0.0000001'), /--price/);
    const energy = await market.createOffer(owner!);
    await expectError(reserve(energy.toBase58(), start, '1h'), 'wrong-use');
    await expectError(commands.run('parking', 'calendar', energy.toBase58()), 'wrong-use');
  });
});
