import { fetchPages, openPage, pageAddress } from '@commonwire/sdk/network';
import { SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { ACCOUNT_IN_USE, expectError, fund, MISSING_SIGNATURE, WRONG_ADDRESS } from '../support/chain';
import { accountOf, networkChain, TestNetwork } from '../support/network';

describe('open_page', () => {
  let network: TestNetwork;

  before(async () => {
    network = await TestNetwork.create(await networkChain());
  });

  it('opens 1,024 slots at zero, paid by anyone, who is remembered', async () => {
    const stranger = await fund(network.chain.connection, 1);
    await network.send(openPage({ network: network.address, number: 3, payer: stranger.publicKey }), [
      stranger,
    ]);
    const [page, missing] = await fetchPages(network.chain.connection, network.address, [3, 4]);
    expect(page!.payer.equals(stranger.publicKey)).to.equal(true);
    expect(page!.paid).to.deep.equal(new BigUint64Array(1024));
    expect(missing).to.equal(null);
  });

  it('works where somebody sent lamports to the address before', async () => {
    const page = pageAddress({ network: network.address, number: 9 });
    const gift = { fromPubkey: network.chain.payer.publicKey, toPubkey: page, lamports: 1_000_000 };
    await network.send(SystemProgram.transfer(gift));
    await network.openPage(9);
  });

  it('error: twice, which leaves the page as it is', async () => {
    await network.openPage(1);
    await expectError(network.openPage(1), ACCOUNT_IN_USE);
  });

  it('error: beyond the registry', () => expectError(network.openPage(16_384), 'wrong-page'));

  it('error: at the address of another page or network', async () => {
    const other = await TestNetwork.create(network.chain);
    for (const page of [
      { network: network.address, number: 6 },
      { network: other.address, number: 5 },
    ]) {
      const payer = network.chain.payer.publicKey;
      const instruction = openPage({ network: network.address, number: 5, payer });
      accountOf(instruction, 'page').pubkey = pageAddress(page);
      await expectError(network.send(instruction), WRONG_ADDRESS);
    }
  });

  it('error: the payer does not sign', async () => {
    const stranger = await fund(network.chain.connection, 1);
    const instruction = openPage({ network: network.address, number: 8, payer: stranger.publicKey });
    accountOf(instruction, 'payer').isSigner = false;
    await expectError(network.send(instruction), MISSING_SIGNATURE);
  });
});
