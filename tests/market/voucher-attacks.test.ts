import { ed25519KeyPair } from '@commonwire/sdk/core';
import { type OrderTerms, settleVoucher, signVoucher, voucherOf } from '@commonwire/sdk/market';
import { Keypair, type PublicKey, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../support/chain';
import { marketChain, newId, TestMarket } from '../support/market';

describe('attacks on vouchers', function () {
  this.timeout(120_000);
  const session = Keypair.generate();
  const signer = ed25519KeyPair(session.secretKey.slice(0, 32));
  const terms: Partial<OrderTerms> = { use: 'bandwidth', sessionKey: session.publicKey.toBytes() };
  let market: TestMarket;
  let [seller, buyer]: Keypair[] = [];
  let [offer, order]: PublicKey[] = [];

  beforeEach(async () => {
    market = await TestMarket.create(await marketChain());
    [seller, buyer] = [await market.wallet(), await market.wallet()];
    offer = await market.createOffer(seller!, { use: 'bandwidth', devices: [3], capacity: 1_000n });
    order = await market.createOrder(buyer!, terms, newId(), offer);
  });

  /** The signature and the settling of so many units at 20 each. */
  const voucher = async (units: bigint, at = order!) => {
    const [state, totals] = [await market.order(at), { units, cost: units * 20n }];
    const signature = signVoucher(voucherOf(state, totals), signer);
    return settleVoucher({ order: state, totals, signature }) as [
      TransactionInstruction,
      TransactionInstruction,
    ];
  };
  const settled = async (at = order!) => (await market.order(at)).settledAmount;

  it('offsets that point into another instruction prove nothing', async () => {
    const [signed, settling] = await voucher(10n);
    for (const field of [1, 3, 6])
      for (const target of [1, 0]) {
        // Its own number, then that of an instruction with the same bytes: the precompile accepts both.
        const data = Buffer.from(signed.data);
        data.writeUInt16LE(target, 2 + 2 * field);
        const redirected = new TransactionInstruction({ ...signed, data });
        await expectError(market.send([signed, redirected, settling]), 'bad-signature-instruction');
      }
    expect(await settled()).to.equal(0n);
  });

  it('one signature settles once, and only what directly follows it', async () => {
    const second = await market.createOrder(buyer!, terms, newId(), offer!);
    const [signed, settling] = await voucher(10n);
    const [other, settlingOther] = await voucher(10n, second);
    await expectError(market.send([signed, settling, settling]), 'voucher-not-signed');
    await expectError(market.send([signed, other, settling, settlingOther]), 'voucher-not-signed');
    expect([await settled(), await settled(second)]).to.deep.equal([0n, 0n]);
    // Both are read, and each pays its own order alone.
    await market.send([signed, other, settling]);
    expect([await settled(), await settled(second)]).to.deep.equal([200n, 0n]);
  });

  it('whoever buys from themselves loses the fee', async () => {
    const before = await market.balance(market.tokensOf(seller!.publicKey));
    const own = await market.createOrder(seller!, terms, newId(), offer!);
    const { budget } = (await market.order(own)).terms;
    await market.send(await voucher(100n, own));
    await market.collect(offer!);
    const [after, { feesLeft }] = [
      await market.balance(market.tokensOf(seller!.publicKey)),
      await market.market(),
    ];
    expect(feesLeft).to.equal(40n);
    expect(after + (budget - (await settled(own)))).to.equal(before - feesLeft);
  });
});
