import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  CLOSING_SECONDS,
  decodeFunding,
  fundingAddress,
  fundVault,
  type LedgerEntry,
  withdrawSurplus,
} from '@commonwire/sdk/network';
import { createMintToInstruction, createTransferInstruction } from '@solana/spl-token';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  expectError,
  fund,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  NOT_WRITABLE,
  SAME_ACCOUNT_TWICE,
  type TestChain,
  WRONG_OWNER,
} from '../support/chain';
import {
  accountOf,
  beginClosing,
  closeForEver,
  entry,
  finishClosing,
  settlement,
  steadyNetworkChain,
  TestNetwork,
} from '../support/network';

describe('withdraw_surplus', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let funders: [Keypair, Keypair, Keypair];
  let entries: LedgerEntry[];

  /** A funded network; each funder has 1,000 base units. */
  const create = async (tokenProgram?: PublicKey) => {
    const made = await TestNetwork.create(chain, { funded: true, ...(tokenProgram && { tokenProgram }) });
    for (const { publicKey } of funders) {
      await made.openAccounts([publicKey]);
      const [account, by] = [made.accountOf(publicKey), chain.payer.publicKey];
      await made.send(createMintToInstruction(made.mint, account, by, 1_000n, [], made.tokenProgram));
    }
    return made;
  };
  beforeEach(async () => {
    chain = await steadyNetworkChain();
    const wallets = await Promise.all([1, 2, 3].map(() => fund(chain.connection, 1)));
    funders = wallets as [Keypair, Keypair, Keypair];
    network = await create();
  });

  const about = (funder: Keypair, of = network) => ({
    network: of.address,
    mint: of.mint,
    tokenProgram: of.tokenProgram,
    funder: funder.publicKey,
  });
  const deposit = (funder: Keypair, amount: bigint, to = network) =>
    to.send(fundVault({ ...about(funder, to), source: to.accountOf(funder.publicKey), amount }), [funder]);
  const build = (funder: Keypair, of = network) =>
    withdrawSurplus({ ...about(funder, of), destination: of.accountOf(funder.publicKey) });
  const withdraw = (funder: Keypair, of = network) => of.send(build(funder, of), [funder]);
  const recordOf = async (funder: Keypair) => {
    const address = fundingAddress({ network: network.address, funder: funder.publicKey });
    const info = await chain.connection.getAccountInfo(address);
    return info && { ...decodeFunding(address, info.data), lamports: info.lamports };
  };
  const balances = (of = network) => Promise.all(funders.map(({ publicKey }) => of.balance(publicKey)));
  /** Pays so much of what was deposited to the owner of a device. */
  const spend = async (amount: bigint) => {
    const owner = await fund(chain.connection, 1);
    await network.register([owner]);
    await network.openPage();
    await network.openAccounts([owner.publicKey]);
    entries = [entry(owner, amount)];
    const tree = await network.epoch(entries);
    await network.send(settlement(network, { tree, entries }, 0, ['each', 1]));
  };

  it('returns what is left in proportion to the deposits, rounded down, and the rent', async () => {
    const [a, b, c] = funders;
    await deposit(a, 100n);
    await deposit(b, 300n);
    await deposit(c, 200n);
    await deposit(a, 100n);
    await spend(200n);
    const before = await Promise.all(funders.map(({ publicKey }) => chain.connection.getBalance(publicKey)));
    const { lamports } = (await recordOf(a))!;
    await closeForEver(network);
    expect((await network.account()).surplus).to.equal(500n);
    // 200, 300 and 200 of 700 that were deposited.
    await withdraw(b);
    await withdraw(a);
    await withdraw(c);
    expect(await balances()).to.deep.equal([800n + 142n, 700n + 214n, 800n + 142n]);
    expect(await network.balance(network.address)).to.equal(2n);
    const after = await Promise.all(funders.map(({ publicKey }) => chain.connection.getBalance(publicKey)));
    expect(after.map((balance, at) => balance - before[at]!)).to.deep.equal([lamports, lamports, lamports]);
    for (const funder of funders) expect(await recordOf(funder)).to.equal(null);
  });

  it('returns everything where nothing was earned, whoever else put tokens into the vault', async () => {
    const [a, b, c] = funders;
    await deposit(a, 600n);
    await deposit(b, 400n);
    const [from, to] = [network.accountOf(c.publicKey), network.accountOf(network.address)];
    await network.send(createTransferInstruction(from, to, c.publicKey, 100n), [c]);
    await closeForEver(network);
    await withdraw(a);
    await withdraw(b);
    expect(await balances()).to.deep.equal([400n + 660n, 600n + 440n, 900n]);
    await expectError(withdraw(c), NO_ACCOUNT);
  });

  it('counts what was earned and never collected as left', async () => {
    const [a] = funders;
    await deposit(a, 600n);
    const owner = await fund(chain.connection, 1);
    await network.register([owner]);
    await network.epoch([entry(owner, 250n)]);
    await closeForEver(network);
    await withdraw(a);
    expect((await balances())[0]).to.equal(1_000n);
  });

  it('is the same whatever comes into the vault afterwards', async () => {
    const [a, b] = funders;
    await deposit(a, 500n);
    await deposit(b, 500n);
    await closeForEver(network);
    await withdraw(a);
    const [account, by] = [network.accountOf(network.address), chain.payer.publicKey];
    await network.send(createMintToInstruction(network.mint, account, by, 1_000n));
    await withdraw(b);
    expect(await balances()).to.deep.equal([1_000n, 1_000n, 1_000n]);
  });

  it('goes where the funder wants, and works with Token-2022', async () => {
    const other = await create(TOKEN_2022_PROGRAM_ID);
    const [a, b] = funders;
    await deposit(a, 1_000n, other);
    await closeForEver(other);
    const destination = other.accountOf(b.publicKey);
    await other.send(withdrawSurplus({ ...about(a, other), destination }), [a]);
    expect(await balances(other)).to.deep.equal([0n, 2_000n, 1_000n]);
  });

  it('pays shares of the greatest sums without overflow', async () => {
    const [a, b] = funders;
    const most = 2n ** 63n - 1_000n;
    const account = network.accountOf(a.publicKey);
    await network.send(createMintToInstruction(network.mint, account, chain.payer.publicKey, most));
    await deposit(a, most);
    await deposit(b, 1n);
    await closeForEver(network);
    await withdraw(a);
    await withdraw(b);
    expect(await balances()).to.deep.equal([most + 1_000n, 1_000n, 1_000n]);
  });

  it('error: before the network is closed', async () => {
    const [a] = funders;
    await deposit(a, 5n);
    await expectError(withdraw(a), 'not-closed');
    await beginClosing(network);
    await expectError(withdraw(a), 'not-closed');
    await chain.passSeconds(Number(CLOSING_SECONDS));
    await expectError(withdraw(a), 'not-closed');
    await finishClosing(network);
    await withdraw(a);
  });

  it('error: twice', async () => {
    const [a, b] = funders;
    await deposit(a, 5n);
    await deposit(b, 5n);
    await closeForEver(network);
    await withdraw(a);
    await expectError(withdraw(a), NO_ACCOUNT);
    expect((await balances())[0]).to.equal(1_000n);
  });

  it("error: another's deposit, or the funder doesn't sign", async () => {
    const [a, b] = funders;
    await deposit(a, 5n);
    await deposit(b, 5n);
    await closeForEver(network);
    const stolen = build(b);
    accountOf(stolen, 'funding').pubkey = fundingAddress({
      network: network.address,
      funder: a.publicKey,
    });
    await expectError(network.send(stolen, [b]), 'not-funder');
    const unsigned = build(a);
    accountOf(unsigned, 'funder').isSigner = false;
    await expectError(network.send(unsigned), MISSING_SIGNATURE);
    expect((await recordOf(a))!.amount).to.equal(5n);
  });

  it('error: a substituted network, record, vault, destination or token program', async () => {
    const [a] = funders;
    const other = await create();
    await deposit(a, 5n);
    await deposit(a, 700n, other);
    await closeForEver(network);
    await closeForEver(other);
    for (const [name, pubkey, code] of [
      ['network', other.address, 'wrong-funding'],
      ['network', network.mint, WRONG_OWNER],
      ['funding', fundingAddress({ network: other.address, funder: a.publicKey }), 'wrong-funding'],
      ['funding', network.mint, WRONG_OWNER],
      ['vault', other.accountOf(other.address), 'wrong-vault'],
      ['destination', network.accountOf(network.address), SAME_ACCOUNT_TWICE],
      ['destination', PublicKey.default, NOT_WRITABLE],
      ['tokenProgram', TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
    ] as const) {
      const instruction = build(a);
      accountOf(instruction, name).pubkey = pubkey;
      await expectError(network.send(instruction, [a]), code);
    }
    expect((await recordOf(a))!.amount).to.equal(5n);
    await withdraw(a);
  });
});
