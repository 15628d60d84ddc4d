import { governanceAddress, treasuryAddress } from '@commonwire/sdk/realm';
import { weightOf } from '@commonwire/sdk/stake';
import { type Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import type { TestChain } from '../support/chain';
import { DAY, daoChain, TestDao } from '../support/dao';
import { alterNode, LOSING, Refusal } from '../support/web/altered-node';
import { injectWallet } from '../support/web/injected-wallet';
import { networkInfo, ServedPage } from '../support/web/served-page';

describe('web application in a browser: votes', function () {
  this.timeout(240_000);
  let chain: TestChain;
  let dao: TestDao;
  let voter: Keypair;
  let proposer: Keypair;
  let served: ServedPage;
  let rpc: string;
  let proposal: PublicKey;

  before(async () => {
    chain = await daoChain();
    dao = await TestDao.create(chain);
    [voter, proposer] = [await dao.staker(2_000_000n), await dao.member(1_000_000n)];
    rpc = chain.connection.rpcEndpoint;
    served = await ServedPage.open({ rpc, network: networkInfo({}) });
    await injectWallet(served.page, { name: 'Voter', key: voter, versions: ['legacy', 0] });
  });
  after(() => served?.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    process.stderr.write(`${await served.page.locator('main').innerText()}\n${served.errors.join('\n')}\n`);
  });

  const mine = () => served.page.locator('#mine');
  const button = (name: string | RegExp) => mine().getByRole('button', { name, exact: true });
  const connect = async (path = `/vote/${dao.pool}`) => {
    await served.goTo(path);
    await button('Connect a wallet').click();
    await button('Use Voter').click();
  };
  const signed = async (outcome = 'landed') => {
    await button('Sign and send').click();
    await mine().locator('#action .state', { hasText: outcome }).waitFor();
  };
  const toProposal = () => connect(`/vote/${dao.pool}/${proposal}`);

  it('stakes with a lock, after it has shown what that weighs', async () => {
    await connect();
    await served.page.getByLabel('Tokens to stake').fill('2');
    await served.page.locator('#open select').selectOption('730');
    const weight = weightOf(2_000_000n, 730 * DAY);
    const shown = `${weight / 1_000_000n}.${`${weight % 1_000_000n}`.padStart(6, '0').replace(/0+$/, '')}`;
    await served.page.locator('#preview', { hasText: `Weighs as ${shown} without a lock` }).waitFor();
    expect(await served.faults()).to.deep.equal([]);
    expect(await served.overflow()).to.equal(0);
    await mine().locator('#open button').click();
    await signed();
    const position = await dao.position(voter, 0n);
    expect([position.amount, position.weight]).to.deep.equal([2_000_000n, weight]);
    await mine().locator('tbody tr', { hasText: 'earns and votes' }).waitFor();
  });

  it('shows a proposal with what it would do, and votes on it', async () => {
    const treasury = treasuryAddress(governanceAddress({ realm: dao.of.realm }));
    const action = SystemProgram.transfer({
      fromPubkey: treasury,
      toPubkey: voter.publicKey,
      lamports: 5_000_000,
    });
    proposal = await dao.propose(proposer, [action], { name: 'Pay the builder' });
    await connect();
    const row = served.page.locator('#proposals tbody tr', { hasText: 'Pay the builder' });
    await row.waitFor();
    await served.picture('vote-page');
    expect(await row.innerText()).to.include('open for votes');
    expect(await served.faults()).to.deep.equal([]);
    await row.locator('a').click();
    await served.page.locator('#actions li', { hasText: '0.005 SOL' }).waitFor();
    await served.page.locator('#actions', { hasText: `${voter.publicKey}` }).waitFor();
    await toProposal();
    await button('Vote yes').click();
    await button('Sign and send').waitFor();
    expect(await served.faults()).to.deep.equal([]);
    expect(await served.overflow()).to.equal(0);
    await signed();
    await mine()
      .getByText(/^yes, with/)
      .waitFor();
    await served.page.locator('#proposal', { hasText: 'it would pass' }).waitFor();
  });

  it('takes a vote back, and says of one that expired that nothing was changed', async () => {
    await button('Take the vote back').click();
    await signed();
    await toProposal();
    await button('Vote no').click();
    await button('Sign and send').waitFor();
    const end = await alterNode(served.page, rpc, LOSING);
    await signed('expired, nothing was changed by it: try again');
    await end();
    await button('Close').click();
    await button('Vote yes').click();
    await signed();
  });

  it('counts the votes, waits out the hold-up time, and executes', async () => {
    await dao.send(
      SystemProgram.transfer({
        fromPubkey: chain.payer.publicKey,
        toPubkey: dao.treasury,
        lamports: 10_000_000,
      }),
    );
    await chain.passSeconds(dao.rules.votingSeconds + 1);
    await toProposal();
    await served.page.locator('#proposal-note', { hasText: 'to be counted' }).waitFor();
    await button('Count the votes').click();
    await signed();
    await toProposal();
    await served.page.locator('#proposal-note', { hasText: 'passed' }).waitFor();
    expect(await button('Execute action 1').isDisabled()).to.equal(true);
    await chain.passSeconds(dao.rules.holdUpSeconds + 1);
    await toProposal();
    const before = await chain.connection.getBalance(dao.treasury);
    await button('Execute action 1').click();
    await signed();
    expect(await chain.connection.getBalance(dao.treasury)).to.equal(before - 5_000_000);
    await served.page.locator('#actions', { hasText: 'executed' }).waitFor();
  });

  it('claims income, and unlocks and withdraws a stake', async () => {
    await dao.earn(3_000_000n);
    await chain.passSeconds(2 * DAY);
    await connect();
    await button('Claim').click();
    await signed();
    const { income } = dao;
    expect(Number(await dao.balance(dao.accountOf(voter.publicKey, income), income))).to.be.greaterThan(0);
    await connect();
    await button('Unlock 0').click();
    await signed();
    await mine().locator('tbody', { hasText: 'can be withdrawn from' }).waitFor();
    await chain.passSeconds(731 * DAY);
    await connect();
    await button('Withdraw 0').click();
    await signed();
    expect(await dao.balance(dao.accountOf(voter.publicKey))).to.equal(2_000_000n);
  });

  it('goes without a search where the node refuses it, and speaks German', async () => {
    await dao.open(voter, 0n, 1_000_000n);
    const end = await alterNode(served.page, rpc, {
      getProgramAccounts: async () => {
        throw new Refusal();
      },
    });
    await connect();
    await served.page.getByText('This node does not search for proposals').waitFor();
    await mine().locator('tbody tr', { hasText: 'earns and votes' }).waitFor();
    await mine().getByText('those with numbers from 100 on are not shown').waitFor();
    await served.page.getByLabel('Language').selectOption('de');
    await served.page.getByText('Dieser Knoten sucht nicht nach Vorschlägen').waitFor();
    expect(await served.page.locator('a[href^="https://app.realms.today/dao/"]').count()).to.equal(1);
    expect(await served.faults()).to.deep.equal([]);
    await end();
    expect(served.errors).to.deep.equal([]);
  });
});
