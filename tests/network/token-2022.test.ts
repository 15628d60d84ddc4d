import {
  computeUnits,
  MAX_TRANSACTION_BYTES,
  sendAndConfirm,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
  transactionBytes,
} from '@commonwire/sdk/core';
import { crank, type LedgerEntry, type LedgerTree, vaultAddress } from '@commonwire/sdk/network';
import {
  AuthorityType,
  createDisableRequiredMemoTransfersInstruction,
  createEnableCpiGuardInstruction,
  createEnableRequiredMemoTransfersInstruction,
  createReallocateInstruction,
  createSetAuthorityInstruction,
  ExtensionType,
  getMint,
} from '@solana/spl-token';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, IMMUTABLE_OWNER, NO_MEMO, type TestChain } from '../support/chain';
import { accountOf, networkChain, newDevice, settlement, TestNetwork } from '../support/network';
import { describeMint, makeToken2022, POINTERS } from '../support/tokens';

/** Recipients that the 64 accounts of a transaction leave room for. */
const MOST_RECIPIENTS = 58;
const MOST_COMPUTE_UNITS = 1_400_000;

describe('a network whose token is of Token-2022', () => {
  let chain: TestChain;

  before(async () => {
    chain = await networkChain();
  });

  const create = () =>
    TestNetwork.create(chain, {
      tokenProgram: TOKEN_2022_PROGRAM_ID,
      makeMint: (mintAuthority) =>
        makeToken2022(chain, {
          extensions: POINTERS,
          mintAuthority,
          finish: (mint) => describeMint(chain, mint),
        }),
    });
  const supply = async ({ mint }: TestNetwork) =>
    (await getMint(chain.connection, mint, undefined, TOKEN_2022_PROGRAM_ID)).supply;

  describe('with seven devices', () => {
    /** Three of Ann's, one of Bob's, then Ann's, Cleo's and Bob's again. */
    const OWNERS = [0, 0, 0, 1, 0, 2, 1];
    let network: TestNetwork;
    let owners: Keypair[];
    let ledger: { tree: LedgerTree; entries: LedgerEntry[] };

    beforeEach(async () => {
      network = await create();
      owners = await Promise.all([0, 1, 2].map(() => fund(chain.connection, 1)));
      await network.register(OWNERS.map((owner) => owners[owner]!));
      await network.openPage();
      await network.openAccounts(owners.map((owner) => owner.publicKey));
      await epoch((index) => 100n * BigInt(index + 1));
    });

    const epoch = async (earned: (index: number) => bigint) => {
      const entries = OWNERS.map((owner, index) => ({
        owner: owners[owner]!.publicKey.toBytes(),
        earned: earned(index),
      }));
      ledger = { entries, tree: await network.epoch(entries) };
    };
    const balances = () => Promise.all(owners.map((owner) => network.balance(owner.publicKey)));
    const account = (owner: number): PublicKey => network.accountOf(owners[owner]!.publicKey);
    const all = () => settlement(network, ledger, 0, ['fleet', 3], ['each', 4]);
    /** Makes room for an extension in an owner's account, then turns it on. */
    const extend = async (
      owner: number,
      type: ExtensionType,
      enable: typeof createEnableCpiGuardInstruction,
    ) => {
      const { publicKey } = owners[owner]!;
      const payer = chain.payer.publicKey;
      await network.send(
        [
          createReallocateInstruction(account(owner), payer, [type], publicKey, [], TOKEN_2022_PROGRAM_ID),
          enable(account(owner), publicKey, [], TOKEN_2022_PROGRAM_ID),
        ],
        [owners[owner]!],
      );
    };

    it('mints what was earned and pays it, fleets by one transfer, epoch after epoch', async () => {
      expect(await supply(network)).to.equal(2800n);
      expect(await network.balance(network.address)).to.equal(2800n);
      await network.send(all());
      expect(await balances()).to.deep.equal([1100n, 1100n, 600n]);
      await epoch((index) => 100n * BigInt(index + 1) + 7n);
      expect(await supply(network)).to.equal(2849n);
      await network.send(settlement(network, ledger, 1, ['fleet', 2], ['skip', 1], ['each', 1]));
      await network.send(all());
      await network.send(all());
      expect((await balances()).reduce((sum, balance) => sum + balance)).to.equal(2849n);
      expect(await network.balance(network.address)).to.equal(0n);
      expect((await network.account()).totalPaid).to.equal(2849n);
    });

    it('pays whom it can where an owner takes payments only with a memo', async () => {
      await extend(2, ExtensionType.MemoTransfer, createEnableRequiredMemoTransfersInstruction);
      await expectError(network.send(all()), NO_MEMO);
      expect(await balances()).to.deep.equal([0n, 0n, 0n]);
      await network.send(settlement(network, ledger, 0, ['fleet', 3], ['each', 2], ['skip', 1], ['each', 1]));
      expect(await balances()).to.deep.equal([1100n, 1100n, 0n]);
      await epoch((index) => 200n * BigInt(index + 1));
      const { connection, payer } = chain;
      const summary = await crank({ connection, payer, network: network.address, ...ledger });
      expect(summary).to.deep.include({ outcome: 'done', devices: 6 });
      expect(summary.unpaid).to.deep.equal([{ reason: 'memo-required', devices: 1, amount: 1200n }]);
      expect(await balances()).to.deep.equal([2200n, 2200n, 0n]);
      const disable = createDisableRequiredMemoTransfersInstruction;
      await network.send(disable(account(2), owners[2]!.publicKey, [], TOKEN_2022_PROGRAM_ID), [owners[2]!]);
      await network.send(all());
      expect(await balances()).to.deep.equal([2200n, 2200n, 1200n]);
    });

    it('pays an owner who guards the account against calls of programs', async () => {
      await extend(2, ExtensionType.CpiGuard, createEnableCpiGuardInstruction);
      await network.send(all());
      expect(await balances()).to.deep.equal([1100n, 1100n, 600n]);
    });

    it('pays the owner for ever: associated accounts cannot be given away', async () => {
      const give = createSetAuthorityInstruction(
        account(2),
        owners[2]!.publicKey,
        AuthorityType.AccountOwner,
        owners[0]!.publicKey,
        [],
        TOKEN_2022_PROGRAM_ID,
      );
      await expectError(network.send(give, [owners[2]!]), IMMUTABLE_OWNER);
      await network.send(all());
      expect(await balances()).to.deep.equal([1100n, 1100n, 600n]);
    });

    it("error: an account of the same owner's by the other token program", async () => {
      const { publicKey } = owners[2]!;
      const foreign = await TestNetwork.create(chain);
      await foreign.openAccounts([publicKey]);
      for (const pubkey of [
        foreign.accountOf(publicKey),
        vaultAddress({ network: publicKey, mint: network.mint, tokenProgram: TOKEN_PROGRAM_ID }),
      ]) {
        const instruction = settlement(network, ledger, 5, ['each', 1]);
        accountOf(instruction, 'further 0').pubkey = pubkey;
        await expectError(network.send(instruction), 'wrong-destination');
      }
    });

    it('error: SPL Token in place of Token-2022, to pay or to promote', async () => {
      const instruction = settlement(network, ledger, 5, ['each', 1]);
      accountOf(instruction, 'tokenProgram').pubkey = TOKEN_PROGRAM_ID;
      await expectError(network.send(instruction), 'wrong-token-program');
      await network.cut();
      await network.post(ledger.entries);
      await chain.passSeconds(2);
      const promotion = network.promotion();
      accountOf(promotion, 'tokenProgram').pubkey = TOKEN_PROGRAM_ID;
      await expectError(network.send(promotion), 'wrong-token-program');
    });
  });

  it(`pays ${MOST_RECIPIENTS} owners in one transaction, a call each`, async () => {
    const network = await create();
    const payer = chain.payer.publicKey;
    const wallets = Array.from({ length: 64 }, () => Keypair.generate());
    for (let at = 0; at < wallets.length; at += 4) {
      const some = wallets.slice(at, at + 4);
      await network.send(
        some.map((wallet) => network.registration(wallet, [newDevice(wallet)])),
        some,
      );
    }
    const owners = wallets.map(({ publicKey }) => publicKey);
    await network.openPage();
    await network.openAccounts(owners);
    const entries = owners.map((owner, index) => ({
      owner: owner.toBytes(),
      earned: 70_000n + BigInt(index),
    }));
    const ledger = { entries, tree: await network.epoch(entries) };

    const options = { computeUnitLimit: MOST_COMPUTE_UNITS };
    const instruction = settlement(network, ledger, 0, ['each', MOST_RECIPIENTS]);
    const bytes = transactionBytes(payer, [instruction], options);
    expect(bytes).to.be.a('number').that.is.at.most(MAX_TRANSACTION_BYTES[1]);
    const signature = await sendAndConfirm(chain.connection, chain.payer, [instruction], options);
    const units = await computeUnits(chain.connection, signature);
    expect(units).to.be.lessThan(MOST_COMPUTE_UNITS);
    for (const index of [0, 31, MOST_RECIPIENTS - 1])
      expect(await network.balance(owners[index]!)).to.equal(entries[index]!.earned);
    expect(await network.balance(owners[MOST_RECIPIENTS]!)).to.equal(0n);

    const more = settlement(network, ledger, 0, ['each', MOST_RECIPIENTS + 1]);
    await expectError(
      sendAndConfirm(chain.connection, chain.payer, [more], options),
      'transaction-too-large',
    );
  });
});
