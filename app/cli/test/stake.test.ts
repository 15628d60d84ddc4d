import { SCALE } from '@commonwire/sdk/core';
import { fetchPositions } from '@commonwire/sdk/stake';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { DAY, daoChain, RULES, TestDao } from '../../../tests/support/dao';
import { stake } from '../src/commands/stake';
import { Files } from './files';

const COOL_DOWN = RULES.votingSeconds + RULES.holdUpSeconds;

describe('commonwire stake', () => {
  let chain: TestChain;
  let dao: TestDao;
  let files: Files;
  let owner: Keypair;

  before(async () => {
    chain = await daoChain();
    dao = await TestDao.create(chain);
  });
  beforeEach(async () => {
    files = new Files();
    owner = await dao.staker(2_000_000n);
  });
  afterEach(() => files.remove());

  const run = async (action: string, ...more: string[]) => {
    const lines: string[] = [];
    const where = ['--url', chain.connection.rpcEndpoint, '--pool', dao.pool.toBase58()];
    const key = ['--keypair', files.key(owner)];
    expect(await stake.run([action, ...where, ...key, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };

  it('goes from staking to everything being back', async () => {
    const opened = await run('open', '--amount', '1', '--lock', '730d');
    expect(opened[0]).to.equal('position 0: 1 tokens, weighs as 2.498973 without a lock');
    expect(opened[1]).to.equal('it returns 730d after it is unlocked, and not before');
    await run('open', '--amount', '0.5');
    const shown = await run('show');
    expect(shown.slice(-2)).to.deep.equal([
      'position 0  1, weighs 2.498973, lock 730d; 0 earned',
      'position 1  0.5, weighs 0.5, lock 3h; 0 earned',
    ]);
    await dao.earn(3_000_000n);
    await chain.passSeconds(3 * DAY);
    const claimed = await run('claim');
    expect(claimed.slice(0, 2)).to.deep.equal([
      `what position 0 has earned goes to ${owner.publicKey}`,
      `what position 1 has earned goes to ${owner.publicKey}`,
    ]);
    const earned = await dao.balance(dao.accountOf(owner.publicKey, dao.income), dao.income);
    expect(Number(earned)).to.be.within(2_999_990, 3_000_000);

    await expectError(run('withdraw', '--id', '1'), 'not-unlocked');
    const unlocked = await run('unlock', '--id', '1');
    expect(unlocked[0]).to.match(/^position 1 neither earns nor votes any more; withdraw it from \d{4}-/);
    await expectError(run('withdraw', '--id', '1'), /position 1 is locked until \d{4}-/);
    await chain.passSeconds(COOL_DOWN);
    await run('withdraw', '--id', '1');
    expect(await dao.balance(dao.accountOf(owner.publicKey))).to.equal(1_000_000n);
    expect(await chain.connection.getAccountInfo(dao.at(owner, 1n))).to.equal(null);
  });

  it('shows pool and positions as JSON', async () => {
    await run('open', '--amount', '1', '--id', '7');
    const [line] = await run('show', '--json');
    const shown = JSON.parse(line!);
    expect(shown).to.include({
      pool: dao.pool.toBase58(),
      income_mint: dao.income.mint.toBase58(),
      income_vault: dao.vault.toBase58(),
      owner: owner.publicKey.toBase58(),
    });
    const amounts = { amount: '1000000', weight: '1000000', earned: '0' };
    expect(shown.positions).to.deep.equal([
      { id: '7', ...amounts, lock_seconds: 0, effective_lock_seconds: COOL_DOWN, unlocks_at: null },
    ]);
  });

  it('shows where income is sent to, positions of any wallet, and the pool to who has no key', async () => {
    await run('open', '--amount', '1');
    const where = ['show', '--url', chain.connection.rpcEndpoint, '--pool', dao.pool.toBase58()];
    const show = async (...more: string[]) => {
      const lines: string[] = [];
      expect(await stake.run([...where, ...more], (line) => lines.push(line))).to.equal(0);
      return lines;
    };
    const lines = await show('--wallet', owner.publicKey.toBase58());
    expect(lines).to.include(
      `vault      whoever pays income sends ${dao.income.mint} to ${dao.pool} or its token account ${dao.vault}`,
    );
    expect(lines.at(-1)).to.equal('position 0  1, weighs 1, lock 3h; 0 earned');
    const { HOME } = process.env;
    process.env.HOME = files.folder;
    try {
      expect((await show()).at(-1)).to.match(/^positions {2}name a wallet with --wallet ADDRESS/);
    } finally {
      process.env.HOME = HOME;
    }
  });

  it('sends nothing while nothing can be claimed, and counts what has arrived', async () => {
    await run('open', '--amount', '1');
    const nothing = /^nothing to do: the positions of \w+ can claim nothing yet: income is streamed/;
    expect((await run('claim'))[0]).to.match(nothing);
    await dao.send(dao.minting(dao.pool, 5_000_000n, dao.income), [dao.income.authority]);
    const [counted] = await run('claim');
    expect(counted).to.equal(
      '5 tokens of income that arrived are counted: the next window of 1d streams them',
    );
    const [again] = await run('claim', '--json');
    expect(JSON.parse(again!).nothing_to_do).to.match(/can claim nothing yet/);
  });

  it('simulates what it would do, with an address in place of a key', async () => {
    const address = ['--keypair', owner.publicKey.toBase58()];
    const lines = await run('open', '--amount', '0.5', '--dry-run', ...address);
    expect(lines[0]).to.equal('dry run: nothing was sent; 1 transaction would do this');
    expect(lines).to.include('tokens in the wallet  2 -> 1.5 (-0.5)');
    expect(await chain.connection.getAccountInfo(dao.at(owner, 0n))).to.equal(null);
    const [json] = await run('open', '--amount', '0.5', '--dry-run', '--json', ...address);
    expect(JSON.parse(json!)).to.deep.include({ dry_run: true, signatures: [] });
  });

  it('error: too few tokens, and none at all', async () => {
    await expectError(
      run('open', '--amount', '2.5'),
      /has 2 tokens of \w+, but --amount is 2\.5: what is staked comes from its associated token account/,
    );
    owner = await fund(chain.connection, 1);
    await expectError(
      run('open', '--amount', '1'),
      /has no account of the staked token \w+, but --amount is 1/,
    );
  });

  it('stakes once and unlocks once, however often it is run', async () => {
    const open = () => run('open', '--amount', '1', '--lock', '30d', '--id', '4');
    await open();
    const before = await dao.balance(dao.accountOf(owner.publicKey));
    expect(await open()).to.deep.equal(['nothing to do: position 4 is open with just this stake']);
    expect(await dao.balance(dao.accountOf(owner.publicKey))).to.equal(before);
    await expectError(run('open', '--amount', '2', '--id', '4'), /has another position 4 already/);
    await run('unlock', '--id', '4');
    expect((await run('unlock', '--id', '4'))[0]).to.match(
      /^nothing to do: position 4 can be withdrawn from/,
    );
  });

  it('claims of more positions than fit a transaction', async () => {
    for (let id = 0; id < 9; id++) await run('open', '--amount', '0.1', '--id', `${id}`);
    await dao.earn(900_000n);
    await chain.passSeconds(3 * DAY);
    const [line] = await run('claim', '--json');
    expect(JSON.parse(line!).signatures).to.have.length(2);
    const earned = await dao.balance(dao.accountOf(owner.publicKey, dao.income), dao.income);
    expect(earned > 0n).to.equal(true);
    for (const { income } of await fetchPositions(chain.connection, {
      pool: dao.pool,
      owner: owner.publicKey,
    }))
      expect(income.accrued < SCALE).to.equal(true);
  });

  it('prints a transaction for another wallet', async () => {
    const lines = await run('open', '--amount', '1', '--print');
    expect(lines.join('\n')).to.match(/transaction \(base64\) {2}\w/);
    expect(await chain.connection.getAccountInfo(dao.at(owner, 0n))).to.equal(null);
  });

  it('error: what an option lacks, and positions that are not there', async () => {
    await expectError(run('open'), /--amount is missing/);
    await expectError(run('open', '--amount', '0'), /--amount: 0 is not a number of tokens above 0/);
    await expectError(run('open', '--amount', '1', '--lock', '5y'), /--lock: 5y is not a time such as 3d/);
    await expectError(run('open', '--amount', '1', '--lock', '1462d'), /is longer than 1461d/);
    await expectError(run('unlock'), /--id is missing/);
    await expectError(run('unlock', '--id', '3'), 'no-position');
    await expectError(run('claim'), 'no-position');
    await expectError(run('claim', '--lock', '1d'), /--lock is for open/);
    await expectError(run('steal'), /ACTION: steal is not one of show, open/);
  });
});
