import { sendAndConfirm } from '@commonwire/sdk/core';
import { CLOSING_SECONDS, closePage, openPage, pageAddress, registryAddress } from '@commonwire/sdk/network';
import { type Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, NO_ACCOUNT, SAME_ACCOUNT_TWICE, WRONG_OWNER } from '../support/chain';
import {
  accountOf,
  beginClosing,
  closeForEver,
  finishClosing,
  GuardedNetwork,
  type TestNetwork,
} from '../support/network';

describe('close_page', () => {
  let test: TestNetwork;
  let payers: [Keypair, Keypair];

  /** Two pages, each paid by somebody else. */
  beforeEach(async () => {
    test = (await GuardedNetwork.create()).test;
    const { connection } = test.chain;
    payers = [await fund(connection, 1), await fund(connection, 1)];
    for (const [number, payer] of payers.entries()) {
      await test.send(openPage({ network: test.address, number, payer: payer.publicKey }), [payer]);
    }
  });

  const build = (number: number, payer = payers[number]!.publicKey) =>
    closePage({ network: test.address, number, payer });
  const close = () => closeForEver(test);
  const lamports = (address: PublicKey) => test.chain.connection.getBalance(address, 'confirmed');
  const page = (number: number) =>
    test.chain.connection.getAccountInfo(pageAddress({ network: test.address, number }), 'confirmed');

  it('gives the rent of each page back to who paid it, whoever closes it', async () => {
    await close();
    const stranger = await fund(test.chain.connection, 1);
    const rent = (await page(0))!.lamports;
    expect(rent).to.equal(
      await test.chain.connection.getMinimumBalanceForRentExemption((await page(0))!.data.length),
    );
    const before = await Promise.all(payers.map(({ publicKey }) => lamports(publicKey)));
    await sendAndConfirm(test.chain.connection, stranger, [build(1), build(0)]);
    expect(await Promise.all(payers.map(({ publicKey }) => lamports(publicKey)))).to.deep.equal(
      before.map((amount) => amount + rent),
    );
    expect([await page(0), await page(1)]).to.deep.equal([null, null]);
  });

  it('gives back what somebody sent to the page as well', async () => {
    await close();
    const toPubkey = pageAddress({ network: test.address, number: 0 });
    const before = await lamports(payers[0].publicKey);
    await test.send(
      SystemProgram.transfer({ fromPubkey: test.chain.payer.publicKey, toPubkey, lamports: 5_000 }),
    );
    const all = (await page(0))!.lamports;
    await test.send(build(0));
    expect(await lamports(payers[0].publicKey)).to.equal(before + all);
  });

  it('error: while the network is open or closing, paused or not', async () => {
    await expectError(test.send(build(0)), 'not-closed');
    await beginClosing(test);
    await expectError(test.send(build(0)), 'not-closed');
    const other = await GuardedNetwork.create();
    await other.test.openPage();
    await other.pause(other.test.authority);
    const { payer } = other.test.chain;
    const theirs = closePage({ network: other.test.address, number: 0, payer: payer.publicKey });
    await expectError(test.send(theirs), 'not-closed');
    expect((await page(0))!.data.length).to.be.greaterThan(8_192);
  });

  it('error: twice, and it can’t be opened again', async () => {
    await close();
    await test.send(build(0));
    await expectError(test.send(build(0)), NO_ACCOUNT);
    await expectError(test.openPage(0), 'closed');
    expect(await page(0)).to.equal(null);
  });

  it('error: the rent goes to somebody else: another page’s payer, the caller, the network, the page', async () => {
    await close();
    for (const thief of [payers[1].publicKey, test.chain.payer.publicKey, test.authority.publicKey]) {
      await expectError(test.send(build(0, thief)), 'wrong-payer');
    }
    for (const account of [test.address, pageAddress({ network: test.address, number: 0 })]) {
      await expectError(test.send(build(0, account)), SAME_ACCOUNT_TWICE);
    }
    expect((await page(0))!.lamports).to.be.greaterThan(0);
  });

  it('error: a page of another network, or an account that is no page', async () => {
    await close();
    const other = (await GuardedNetwork.create()).test;
    await other.openPage();
    const theirs = pageAddress({ network: other.address, number: 0 });
    for (const [pubkey, code] of [
      [theirs, 'wrong-page'],
      [registryAddress(test.address), NO_ACCOUNT],
      [test.address, SAME_ACCOUNT_TWICE],
      [test.mint, NO_ACCOUNT],
    ] as const) {
      const instruction = build(0, test.chain.payer.publicKey);
      accountOf(instruction, 'page').pubkey = pubkey;
      await expectError(test.send(instruction), code);
    }
    expect(await test.chain.connection.getAccountInfo(theirs)).to.not.equal(null);
  });

  it('error: another network, closed or open, in place of the page’s own', async () => {
    const other = (await GuardedNetwork.create()).test;
    const instruction = build(0);
    accountOf(instruction, 'network').pubkey = other.address;
    await expectError(test.send(instruction), 'not-closed');
    await beginClosing(other);
    await expectError(test.send(instruction), 'not-closed');
    await test.chain.passSeconds(Number(CLOSING_SECONDS));
    await finishClosing(other);
    await expectError(test.send(instruction), 'wrong-page');
    accountOf(instruction, 'network').pubkey = test.mint;
    await expectError(test.send(instruction), WRONG_OWNER);
    expect((await page(0))!.lamports).to.be.greaterThan(0);
  });
});
