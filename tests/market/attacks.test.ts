import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  closeMeter,
  closeOrder,
  collectDue,
  createArea,
  createMarket,
  createOffer,
  createOrder,
  EXPIRY_SECONDS,
  fetchMeter,
  meterAddress,
  removeMeter,
  settleUse,
  withdrawMarketFees,
} from '@commonwire/sdk/market';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createFreezeAccountInstruction,
  createMintToInstruction,
  createThawAccountInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import { makeMint, send } from '../support/assets';
import { expectError, MINT_MISMATCH, NO_ACCOUNT, OWNER_MISMATCH, SAME_ACCOUNT_TWICE } from '../support/chain';
import { CELL, marketAccountOf, marketChain, marketCreation, newId, TestMarket } from '../support/market';
import { HARMFUL, makeToken2022, mintInstructions } from '../support/tokens';

describe('attacks on a market', function () {
  this.timeout(120_000);
  let market: TestMarket;
  let [seller, buyer]: Keypair[] = [];

  beforeEach(async () => {
    market = await TestMarket.create(await marketChain());
    [seller, buyer] = [await market.wallet(0n), await market.wallet()];
    await market.admit(0, 1);
  });

  const withAccount = (
    instruction: TransactionInstruction,
    name: Parameters<typeof marketAccountOf>[1],
    key: PublicKey,
  ) => {
    marketAccountOf(instruction, name).pubkey = key;
    return instruction;
  };
  const used = async (order: PublicKey, units: bigint, amount: bigint) =>
    market.leafOf(await market.order(order), units, amount);
  const delivered = async (offer: PublicKey, units: bigint, amount: bigint) =>
    market.leafOf(await market.offer(offer), units, amount);

  it('name another market, area or owner: accounts that don’t belong together are refused', async () => {
    const other = await TestMarket.create(market.chain);
    await other.admit(0, 1);
    const [theirs, order] = [await other.createOrder(await other.wallet()), await market.createOrder(buyer!)];
    const [theirOffer, offer] = [
      await other.createOffer(await other.wallet()),
      await market.createOffer(seller!),
    ];
    const tree = await market.epoch([
      { ...market.leafOf(await other.order(theirs), 10n, 200n), counterparty: other.area },
      { ...market.leafOf(await other.offer(theirOffer), 10n, 200n), counterparty: other.area },
      await used(order, 10n, 200n),
    ]);
    for (const account of [theirs, theirOffer])
      await expectError(market.settle(tree, account), 'wrong-account');
    const settling = await market.settlement(tree, order);
    await expectError(market.send(withAccount(settling, 'area', other.area)), 'wrong-area');
    const state = await market.market();
    const collecting = collectDue({ market: state, offer: await other.offer(theirOffer) });
    await expectError(market.send(collecting), 'wrong-account');
    const foreign = closeOrder({ market: state, order: await other.order(theirs), closing: 'over' });
    await expectError(market.send(foreign), 'wrong-account');
    const closing = () => market.closing(order, 'over');
    const thief = await market.wallet();
    await expectError(market.send(withAccount(await closing(), 'consumer', thief.publicKey)), 'wrong-payer');
    await expectError(market.send(withAccount(await closing(), 'vault', other.area)), 'wrong-vault');
    const terms = await market.offerTerms();
    const offering = { market: market.address, owner: seller!.publicKey, id: newId(), terms };
    await expectError(market.send(createOffer({ ...offering, area: other.area }), [seller!]), 'wrong-area');
    const misplaced = createOffer({ ...offering, area: market.area });
    const meter = meterAddress({ area: other.area, device: 1 });
    await expectError(market.send(withAccount(misplaced, 'meter', meter), [seller!]), 'wrong-meter');
    expect((await market.offer(offer)).due).to.equal(0n);
  });

  it('use an area that clears no energy, or a meter that its operator has removed', async () => {
    const [cell, { authority, operator }] = [CELL + 1n, market];
    const by = { market: market.address, authority: authority.publicKey, operator: operator.publicKey };
    await market.send(createArea({ ...by, cell, lossBps: 0, uses: ['parking'] }), [authority]);
    const parking = new PublicKey(
      marketAccountOf(createArea({ ...by, cell, lossBps: 0, uses: [] }), 'area').pubkey,
    );
    const terms = await market.offerTerms();
    const id = newId();
    const offering = { market: market.address, owner: seller!.publicKey, id, terms, area: parking };
    const meter = meterAddress({ area: market.area, device: 1 });
    await expectError(
      market.send(withAccount(createOffer(offering), 'meter', meter), [seller!]),
      'not-served',
    );
    const of = { area: market.area, operator: operator.publicKey, device: 1 };
    await market.send(removeMeter(of), [operator]);
    await expectError(market.createOffer(seller!), 'not-admitted');
    await market.chain.passSeconds(Number(EXPIRY_SECONDS) + 900);
    const removed = await fetchMeter(market.chain.connection, meter);
    const thief = await market.wallet();
    await expectError(market.send(closeMeter({ ...removed, payer: thief.publicKey })), 'wrong-payer');
  });

  it('pay with or into token accounts of others or in another token', async () => {
    const [state, worthless] = [await market.market(), await makeMint(market.chain)];
    const [payer, own] = [market.chain.payer.publicKey, buyer!.publicKey];
    const inWorthless = getAssociatedTokenAddressSync(worthless, own);
    await market.send([
      createAssociatedTokenAccountIdempotentInstruction(payer, inWorthless, own, worthless),
      createMintToInstruction(worthless, inWorthless, payer, 1_000_000n),
    ]);
    const made = await market.createOrder(buyer!);
    const victim = await market.wallet();
    const ordering = {
      market: state,
      consumer: buyer!.publicKey,
      id: newId(),
      terms: await market.orderTerms(),
      area: market.area,
    };
    const order = (source: PublicKey) => market.send(createOrder({ ...ordering, source }), [buyer!]);
    await expectError(order(inWorthless), MINT_MISMATCH);
    await expectError(order(market.tokensOf(victim.publicKey)), OWNER_MISMATCH);
    await expectError(order(state.vault), SAME_ACCOUNT_TWICE);
    const closing = { market: state, order: await market.order(made), closing: 'over' as const };
    await market.chain.passSeconds(31 * 86_400);
    for (const destination of [inWorthless, market.tokensOf(victim.publicKey)])
      await expectError(market.send(closeOrder({ ...closing, destination })), 'wrong-destination');
    await expectError(market.send(closeOrder({ ...closing, destination: state.vault })), SAME_ACCOUNT_TWICE);
    await market.send(closeOrder(closing));
    await expectError(market.send(closeOrder(closing)), NO_ACCOUNT);
  });

  it('have two budgets that no number holds, or that nobody has', async () => {
    await market.createOrder(buyer!);
    await expectError(market.createOrder(buyer!, { budget: 2n ** 64n - 1n }), 'overflow');
    expect((await market.market()).escrow).to.equal(100_000n);
  });

  it('make a market in no mint, another program’s, or a token that could hold payments back', async () => {
    const { chain } = market;
    const { args, creator, instructions } = await marketCreation(chain);
    await send(chain, [instructions[0]!], [creator]);
    const create = (name: Parameters<typeof marketAccountOf>[1], key: PublicKey) =>
      send(chain, [withAccount(createMarket(args)[1]!, name, key)], [creator]);
    await expectError(create('mint', args.fees.recipient!), 'bad-mint');
    await expectError(create('tokenProgram', TOKEN_2022_PROGRAM_ID), 'wrong-token-program');
    await expectError(create('vault', args.fees.recipient!), 'wrong-vault');
    for (const extension of HARMFUL) {
      const options = { extensions: [extension], mintAuthority: chain.payer.publicKey };
      const token = { mint: await makeToken2022(chain, options), tokenProgram: TOKEN_2022_PROGRAM_ID };
      await expectError(send(chain, createMarket({ ...args, ...token }), [creator]), 'unsupported-extension');
    }
    const state = await market.market();
    const order = await market.createOrder(buyer!);
    const offer = await market.createOffer(seller!);
    const tree = await market.epoch([await used(order, 10n, 200n), await delivered(offer, 10n, 200n)]);
    for (const account of [order, offer]) await market.settle(tree, account);
    const withdrawing = withAccount(withdrawMarketFees(state), 'mint', args.mint);
    await expectError(market.send(withdrawing), 'wrong-mint');
  });

  it('an issuer that freezes the vault stops payments and loses nobody’s account', async () => {
    const { chain } = market;
    const { payer } = chain;
    const key = Keypair.generate();
    const [mint, issuer] = [key.publicKey, payer.publicKey];
    const options = { mintAuthority: issuer, freezeAuthority: issuer };
    await send(chain, await mintInstructions(chain, mint, options), [key]);
    market = await TestMarket.create(chain, { mint });
    await market.admit(0);
    buyer = await market.wallet();
    const [order, { vault }] = [await market.createOrder(buyer), await market.market()];
    await chain.passSeconds(31 * 86_400);
    await market.send(createFreezeAccountInstruction(vault, mint, issuer));
    const closing = await market.closing(order, 'over');
    await expectError(market.send(closing), 'token program error 17');
    await market.send(createThawAccountInstruction(vault, mint, issuer));
    await market.send(closing);
    expect(await market.balance(market.tokensOf(buyer.publicKey))).to.equal(1_000_000n);
  });

  it('make an account anew: its leaf is not that of the one before', async () => {
    const id = newId();
    const [order, offer] = [
      await market.createOrder(buyer!, {}, id),
      await market.createOffer(seller!, {}, id),
    ];
    const leaves = [await used(order, 10n, 200n), await delivered(offer, 10n, 200n)];
    await market.passEnd((await market.order(order)).terms.until);
    const tree = await market.epoch(leaves);
    const { leaf, ...proof } = tree.prove(order)!;
    await market.settle(tree, offer);
    await market.send(await market.closing(order, { leaf, proof }));
    await market.collect(offer);
    expect((await market.order(await market.createOrder(buyer!, {}, id))).birth).to.equal(3n);
    await expectError(market.settle(tree, order), 'wrong-proof');
    await expectError(market.send(await market.closing(order, { leaf, proof })), 'still-open');
    expect((await market.areaState()).pool).to.equal(0n);
  });

  it('settle and collect again and again in one transaction', async () => {
    const [offer, order] = [await market.createOffer(seller!), await market.createOrder(buyer!)];
    const tree = await market.epoch([await used(order, 10n, 200n), await delivered(offer, 10n, 200n)]);
    const [paying, selling] = [await market.settlement(tree, order), await market.settlement(tree, offer)];
    await expectError(market.send([paying, paying]), 'nothing-to-settle');
    const [state, sold] = [await market.market(), await market.offer(offer)];
    const collecting = collectDue({ market: state, offer: sold });
    await expectError(market.send([paying, selling, collecting, collecting]), 'nothing-due');
    await market.send([paying, selling, collecting]);
    await expectError(market.send([selling]), 'nothing-to-settle');
    const withdrawing = withdrawMarketFees(state);
    await expectError(market.send([withdrawing, withdrawing]), 'nothing-due');
    await market.send(withdrawing);
    expect(await market.balance(market.recipient)).to.equal(4n);
    const forged = settleUse({
      market: state,
      leaf: { ...tree.prove(order)!.leaf, units: 20n, amount: 400n },
      proof: tree.prove(order)!,
    });
    await expectError(market.send(forged), 'wrong-proof');
  });
});
