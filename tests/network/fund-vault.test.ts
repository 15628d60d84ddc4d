import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  CLOSING_SECONDS,
  decodeFunding,
  fundingAddress,
  fundVault,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  pause,
} from '@commonwire/sdk/network';
import {
  AuthorityType,
  createMint,
  createMintToInstruction,
  createSetAuthorityInstruction,
  createTransferInstruction,
} from '@solana/spl-token';
import type { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  BAD_DATA,
  expectError,
  fund,
  MINT_MISMATCH,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  OWNER_MISMATCH,
  SAME_ACCOUNT_TWICE,
  type TestChain,
  TOO_FEW_TOKENS,
  WRONG_ADDRESS,
} from '../support/chain';
import {
  accountOf,
  beginClosing,
  EMISSION,
  finishClosing,
  networkChain,
  POLICY,
  settlement,
  TestNetwork,
} from '../support/network';

describe('fund_vault', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let owner: Keypair;
  let funder: Keypair;

  beforeEach(async () => {
    chain = await networkChain();
    network = await create();
    owner = await fund(chain.connection, 10);
    funder = await fund(chain.connection, 10);
    await network.register([owner, owner]);
    await give(network, funder.publicKey, 10_000n);
  });

  const create = (options: Parameters<typeof TestNetwork.create>[1] = {}) =>
    TestNetwork.create(chain, { funded: true, ...options });
  /** The chain's payer is the mint's authority, as somebody is of every token that exists already. */
  const give = async (at: TestNetwork, to: PublicKey, amount: bigint) => {
    const authority = chain.payer.publicKey;
    await at.openAccounts([to]);
    const { mint, tokenProgram } = at;
    await at.send(createMintToInstruction(mint, at.accountOf(to), authority, amount, [], tokenProgram));
  };
  const funding = (amount: bigint, at = network, by = funder) =>
    fundVault({
      network: at.address,
      mint: at.mint,
      tokenProgram: at.tokenProgram,
      funder: by.publicKey,
      source: at.accountOf(by.publicKey),
      amount,
    });
  const deposit = (amount: bigint) => network.send(funding(amount), [funder]);
  const inVault = () => network.balance(network.address);
  const ledger = (...earned: bigint[]): LedgerEntry[] =>
    earned.map((each) => ({ owner: owner.publicKey.toBytes(), earned: each }));
  const post = async (...earned: bigint[]) => {
    await network.cut();
    await network.post(ledger(...earned));
    await chain.passSeconds(POLICY.challengeSeconds);
  };
  const promote = () => network.send(network.promotion());
  const pay = async (...earned: bigint[]) => {
    const entries = ledger(...earned);
    const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
    await network.send(settlement(network, { tree, entries }, 0, ['fleet', earned.length]));
  };

  it('lets an epoch be promoted once the vault holds it to the last unit, and not before', async () => {
    await post(500n, 700n);
    await expectError(promote(), 'not-funded');
    await deposit(1199n);
    await expectError(promote(), 'not-funded');
    expect((await network.account()).pending?.epoch).to.equal(1n);
    await deposit(1n);
    await promote();
    expect((await network.account()).current).to.deep.include({ epoch: 1n, earnedTotal: 1200n });
    expect(await inVault()).to.equal(1200n);
  });

  it('asks of later epochs what is unpaid in all, whenever the rest was settled', async () => {
    await network.openPage();
    await network.openAccounts([owner.publicKey]);
    await post(500n, 700n);
    await deposit(1200n);
    await promote();
    // Nothing of it is paid yet: the vault must hold both epochs.
    await post(600n, 800n);
    await deposit(199n);
    await expectError(promote(), 'not-funded');
    await deposit(1n);
    await promote();
    await pay(600n, 800n);
    expect(await inVault()).to.equal(0n);
    await post(600n, 801n);
    await expectError(promote(), 'not-funded');
    await deposit(5n);
    await promote();
    await pay(600n, 801n);
    expect(await inVault()).to.equal(4n);
    expect(await network.balance(owner.publicKey)).to.equal(1401n);
    // What is over counts for the next epoch, and one in which nobody earned needs nothing.
    await post(600n, 805n);
    await promote();
    await pay(600n, 805n);
    await post(600n, 805n);
    await promote();
    expect((await network.account()).current.epoch).to.equal(5n);
  });

  it('is open to anybody, and tokens sent to the vault without it count as much', async () => {
    await deposit(700n);
    const stranger = await fund(chain.connection, 1);
    await give(network, stranger.publicKey, 100n);
    await network.send(funding(100n, network, stranger), [stranger]);
    const { publicKey } = funder;
    const [from, to] = [network.accountOf(publicKey), network.accountOf(network.address)];
    await network.send(createTransferInstruction(from, to, publicKey, 400n), [funder]);
    await post(500n, 700n);
    await promote();
    expect(await inVault()).to.equal(1200n);
  });

  it('records what each funder deposited, and what all did', async () => {
    const record = async (by: Keypair) => {
      const address = fundingAddress({ network: network.address, funder: by.publicKey });
      const info = await chain.connection.getAccountInfo(address);
      return info && decodeFunding(address, info.data);
    };
    expect(await record(funder)).to.equal(null);
    const stranger = await fund(chain.connection, 1);
    await give(network, stranger.publicKey, 100n);
    await deposit(700n);
    await network.send(funding(100n, network, stranger), [stranger]);
    await deposit(1n);
    expect(await record(funder)).to.deep.equal({
      network: network.address,
      funder: funder.publicKey,
      amount: 701n,
    });
    expect((await record(stranger))!.amount).to.equal(100n);
    expect((await network.account()).fundedTotal).to.equal(801n);
    await expectError(deposit(20_000n), TOO_FEW_TOKENS);
    expect((await record(funder))!.amount).to.equal(701n);
    expect((await network.account()).fundedTotal).to.equal(801n);
  });

  it('counts towards the maximum what was earned, not what exists of the token', async () => {
    network = await create({ emission: { maxSupply: 1000n, epochCap: 900n } });
    await network.register([owner, owner]);
    await give(network, funder.publicKey, 10_000n);
    expect((await network.account()).initialSupply).to.equal(0n);
    await deposit(2000n);
    await post(400n, 500n);
    await promote();
    await network.cut();
    await expectError(network.post(ledger(400n, 601n)), 'above-max-supply');
    await network.post(ledger(400n, 600n));
    await chain.passSeconds(POLICY.challengeSeconds);
    await promote();
    expect((await network.account()).current.earnedTotal).to.equal(1000n);
  });

  it('takes a token that nobody can mint any more, and of more than the maximum', async () => {
    network = await create({
      emission: { maxSupply: 1000n },
      makeMint: () => createMint(chain.connection, chain.payer, chain.payer.publicKey, null, 6),
    });
    await network.register([owner]);
    await give(network, funder.publicKey, EMISSION.maxSupply * 2n);
    const role = AuthorityType.MintTokens;
    await network.send(createSetAuthorityInstruction(network.mint, chain.payer.publicKey, role, null));
    await deposit(10n);
    await post(10n);
    await promote();
    expect(await inVault()).to.equal(10n);
  });

  it('works with Token-2022', async () => {
    network = await create({ tokenProgram: TOKEN_2022_PROGRAM_ID });
    await network.register([owner, owner]);
    await network.openPage();
    await give(network, funder.publicKey, 10_000n);
    await network.openAccounts([owner.publicKey]);
    await deposit(1199n);
    await post(500n, 700n);
    await expectError(promote(), 'not-funded');
    await deposit(1n);
    await promote();
    await pay(500n, 700n);
    expect(await network.balance(owner.publicKey)).to.equal(1200n);
  });

  it('goes on while the network is paused: what is put in waits', async () => {
    const { address, authority } = network;
    await network.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await deposit(5n);
    expect(await inVault()).to.equal(5n);
  });

  it('error: the network mints its rewards', async () => {
    const minted = await TestNetwork.create(chain);
    await minted.openAccounts([funder.publicKey]);
    await expectError(minted.send(funding(0n, minted), [funder]), 'rewards-are-minted');
  });

  it('goes on while the network is closing, for what is pending, and no longer', async () => {
    await post(500n, 700n);
    await beginClosing(network);
    await expectError(promote(), 'not-funded');
    await deposit(1200n);
    await promote();
    await chain.passSeconds(Number(CLOSING_SECONDS));
    await finishClosing(network);
    await expectError(deposit(1n), 'closed');
  });

  it('error: more than the funder has', async () => {
    await expectError(deposit(10_001n), TOO_FEW_TOKENS);
    expect(await inVault()).to.equal(0n);
  });

  it("error: another's tokens, or the funder doesn't sign", async () => {
    const stranger = await fund(chain.connection, 1);
    const stolen = funding(1n, network, stranger);
    accountOf(stolen, 'source').pubkey = network.accountOf(funder.publicKey);
    await expectError(network.send(stolen, [stranger]), OWNER_MISMATCH);
    const unsigned = funding(1n);
    accountOf(unsigned, 'funder').isSigner = false;
    await expectError(network.send(unsigned), MISSING_SIGNATURE);
  });

  it('error: a substituted network, vault, source or token program', async () => {
    const other = await create();
    await give(other, funder.publicKey, 100n);
    for (const [name, pubkey, code] of [
      ['network', other.address, WRONG_ADDRESS],
      ['funding', fundingAddress({ network: other.address, funder: funder.publicKey }), WRONG_ADDRESS],
      ['funding', fundingAddress({ network: network.address, funder: owner.publicKey }), WRONG_ADDRESS],
      ['network', network.mint, NO_ACCOUNT],
      ['source', other.accountOf(funder.publicKey), MINT_MISMATCH],
      ['source', network.mint, BAD_DATA],
      ['vault', other.accountOf(other.address), 'wrong-vault'],
      ['vault', network.accountOf(funder.publicKey), SAME_ACCOUNT_TWICE],
      ['tokenProgram', TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
      ['tokenProgram', network.address, SAME_ACCOUNT_TWICE],
    ] as const) {
      const instruction = funding(1n);
      expect(accountOf(instruction, 'tokenProgram').pubkey.equals(TOKEN_PROGRAM_ID)).to.equal(true);
      accountOf(instruction, name).pubkey = pubkey;
      await expectError(network.send(instruction, [funder]), code);
    }
    expect(await inVault()).to.equal(0n);
  });
});
