import { depositRevenue } from '@commonwire/sdk/assets';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { ASSETS, DAY, TestAsset } from '../support/assets';
import { steadyChain, type TestChain } from '../support/chain';
import { NETWORK } from '../support/network';
import { alterNode, LOSING, Refusal } from '../support/web/altered-node';
import { injectWallet } from '../support/web/injected-wallet';
import { networkInfo, ServedPage } from '../support/web/served-page';

describe('web application in a browser: farms', function () {
  this.timeout(240_000);
  let chain: TestChain;
  let farm: TestAsset;
  /** Another, which stays open to funders. */
  let open: TestAsset;
  let backer: Keypair;
  let served: ServedPage;
  let rpc: string;

  before(async () => {
    chain = await steadyChain([NETWORK, ASSETS]);
    farm = await TestAsset.create(chain);
    backer = await farm.wallet();
    open = await TestAsset.create(chain, { fundingSeconds: 100 * DAY });
    await open.give(backer.publicKey, 1_000_000n);
    rpc = chain.connection.rpcEndpoint;
    served = await ServedPage.open({ rpc, network: networkInfo({ program: `${PROGRAM_ID}` }) });
    await injectWallet(served.page, { name: 'Backer', key: backer, versions: ['legacy', 0, 1] });
  });
  after(() => served?.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    process.stderr.write(`${await served.page.locator('main').innerText()}\n${served.errors.join('\n')}\n`);
  });

  const mine = () => served.page.locator('#mine');
  const button = (name: string | RegExp) => mine().getByRole('button', { name });
  const fact = (name: string) =>
    served.page.locator('main .facts > div', { hasText: name }).first().locator('dd').innerText();
  const connect = async (address = farm.address) => {
    await served.goTo(`/farms/${address}`);
    await button('Connect a wallet').click();
    await button('Use Backer').click();
  };
  const planned = async () => {
    await connect(open.address);
    await button('Buy shares').click();
    await button('Sign and send').waitFor();
  };
  const signed = async (outcome = 'landed') => {
    await button('Sign and send').click();
    await mine().locator('#action .state', { hasText: outcome }).waitFor();
  };

  it('lists assets, and shows one with its goals, tranches and both revenue streams', async () => {
    await served.goTo('/farms');
    await served.page.locator(`#farms a[href="#/farms/${farm.address}"]`).waitFor();
    expect(await served.faults()).to.deep.equal([]);
    expect(await served.overflow()).to.equal(0);
    await served.page.locator(`#farms a[href="#/farms/${farm.address}"]`).click();
    await served.page.getByRole('heading', { name: 'Sun of Mesa' }).waitFor();
    expect(await served.page.locator('#farm .tiles').innerText()).to.include('goal 0.01 to 0.1');
    expect(await fact('Planned capacity')).to.include('kW');
    expect(await served.page.locator('#tranches tbody tr').count()).to.equal(3);
    expect(await served.page.locator('#revenue tbody tr').count()).to.equal(2);
    const link = served.page.locator('#farm .facts a', { hasText: 'https://example.org/' });
    expect(await link.getAttribute('rel')).to.include('noreferrer');
    expect(await served.faults()).to.deep.equal([]);
    expect(await served.overflow()).to.equal(0);
  });

  it('buys shares: shows what it changes before it is signed, and follows it until it has landed', async () => {
    await connect();
    await served.page.getByLabel('Shares to buy').fill('101');
    await served.page.getByText('a whole number from 1 to 100').waitFor();
    expect(await button('Buy shares').isDisabled()).to.equal(true);
    await served.page.getByLabel('Shares to buy').fill('40');
    await served.page.getByText('for 0.04 payment tokens').waitFor();
    await button('Buy shares').click();
    await button('Sign and send').waitFor();
    const planned = await mine().locator('#action').innerText();
    await served.picture('farm-page');
    expect(planned).to.match(/Tokens in the wallet\s*1 → 0\.96/);
    expect(planned).to.match(/Shares in the wallet\s*0 → 40/);
    expect(await served.faults()).to.deep.equal([]);
    expect(await farm.sharesOf(backer)).to.equal(0n);
    await signed();
    expect(await farm.sharesOf(backer)).to.equal(40n);
    await served.page.locator('#farm .tiles', { hasText: '40' }).waitFor();
  });

  it('stakes, and claims what a window has shared out', async () => {
    const other = await farm.wallet();
    await farm.fund(other, 60n);
    await farm.finalize();
    await connect();
    await button('Stake').click();
    await signed();
    const asset = await farm.asset();
    expect(asset.staked).to.equal(40n);
    const amount = 100_000n;
    await farm.send(depositRevenue({ asset, depositor: other.publicKey, amount }), [other]);
    await farm.nextWindow();
    await farm.nextWindow();
    await connect();
    await button('Claim').click();
    await signed();
    // All that is staked earned it: 0.96 were left of what was there.
    expect(await farm.tokens(backer.publicKey)).to.equal(960_000n + amount);
  });

  it('objects to a tranche within its window, after which nobody can pay it', async () => {
    await farm.announce();
    await connect();
    await served.page.locator('#tranches .state', { hasText: 'announced' }).waitFor();
    expect(await fact('Evidence')).to.include('https://example.org/');
    await button('Object to the tranche').click();
    await signed();
    expect((await farm.asset()).announcement?.objections).to.equal(40n);
    await served.page
      .locator('#tranches', { hasText: '40 (40 %), more than a third: it is not paid' })
      .waitFor();
    await farm.passObjections();
    await connect();
    await served.page.locator('#tranches .state', { hasText: 'refused by holders' }).waitFor();
    expect(await button('Pay the tranche').count()).to.equal(0);
    expect(await served.faults()).to.deep.equal([]);
  });

  it('says expired only of one that can never land, and unknown of one that may have', async () => {
    await planned();
    const end = await alterNode(served.page, rpc, LOSING);
    await signed('expired, nothing was changed by it: try again');
    await end();
    await planned();
    const endAgain = await alterNode(served.page, rpc, {
      ...LOSING,
      // What it had of older transactions it doesn't say.
      getSignatureStatuses: async ([, config], real) => {
        if ((config as { searchTransactionHistory?: boolean }).searchTransactionHistory) throw new Refusal();
        return real();
      },
    });
    await signed('unknown: it may have landed');
    await endAgain();
    expect((await open.asset()).sold).to.equal(0n);
  });

  it('says what the chain refused after it was signed, and why it would be refused before', async () => {
    await planned();
    await chain.passSeconds(101 * DAY);
    await signed('refused by the chain');
    expect((await open.asset()).sold).to.equal(0n);
    await button('Once more').click();
    await mine().getByText('the chain would refuse it (the assets program refused').waitFor();
    expect(await served.faults()).to.deep.equal([]);
  });

  it('says what to do if the node refuses to search, or cannot be reached', async () => {
    const end = await alterNode(served.page, rpc, {
      getProgramAccounts: async () => {
        throw new Refusal();
      },
    });
    await served.goTo('/farms');
    await served.page.getByText('This node does not search for assets').waitFor();
    await served.page.getByLabel('Address of an asset').fill(`${farm.address}`);
    await served.page.getByRole('button', { name: 'Open' }).click();
    await served.page.getByRole('heading', { name: 'Sun of Mesa' }).waitFor();
    await end();
    expect(served.errors).to.deep.equal([]);
    await served.page.route(`${rpc}/**`, (route) => route.abort());
    await served.goTo(`/farms/${farm.address}`);
    await served.page.getByText(`RPC node ${rpc} can't be reached`).waitFor();
    await served.page.unroute(`${rpc}/**`);
  });

  it('speaks German, in the dark too', async () => {
    await served.page.emulateMedia({ colorScheme: 'dark' });
    await served.page.getByLabel('Language').selectOption('de');
    await served.page.getByText('von Teilhabern abgelehnt').waitFor();
    expect(await served.page.locator('#farm .tiles').innerText()).to.include('Ziel 0,01 bis 0,1');
    expect(await served.faults()).to.deep.equal([]);
  });
});
