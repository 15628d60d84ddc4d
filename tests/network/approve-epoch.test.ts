import { sendAndConfirm, sha256 } from '@commonwire/sdk/core';
import {
  approvalAddress,
  approveEpoch,
  closeApproval,
  closeNetwork,
  decodeApproval,
  type EpochMessage,
  encodeEpochMessage,
  type LedgerEntry,
  PROGRAM_ID,
  pause,
  postEpoch,
  registryAddress,
  resign,
} from '@commonwire/sdk/network';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  ACCOUNT_IN_USE,
  BAD_DATA,
  expectError,
  fund,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  NOT_INITIALIZED,
  SAME_ACCOUNT_TWICE,
  type TestChain,
  TOO_FEW_LAMPORTS,
  WRONG_ADDRESS,
  WRONG_OWNER,
} from '../support/chain';
import { accountOf, entry, steadyNetworkChain, TestNetwork, veto } from '../support/network';

describe('approvals', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let entries: LedgerEntry[];
  let payer: PublicKey;

  /** A committee of five, three of whom must agree, and an epoch of two devices that is cut. */
  beforeEach(async () => {
    chain = await steadyNetworkChain();
    payer = chain.payer.publicKey;
    network = await TestNetwork.create(chain);
    const owner = await fund(chain.connection, 1);
    await network.register([owner, owner]);
    entries = [entry(owner, 5n), entry(owner, 6n)];
    await network.cut();
  });

  const build = (message: EpochMessage, oracle = network.oracles[0]!, by = payer) =>
    approveEpoch({
      network: network.address,
      oracle: oracle.publicKey,
      payer: by,
      message: encodeEpochMessage(message),
    });
  const approve = async (message: EpochMessage, oracle = network.oracles[0]!) => {
    const instruction = build(message, oracle);
    await network.send(instruction, [oracle]);
    return accountOf(instruction, 'approval').pubkey;
  };
  const approveAll = async (message: EpochMessage, seats: readonly number[]) => {
    const approvals: PublicKey[] = [];
    for (const seat of seats) approvals.push(await approve(message, network.oracles[seat]!));
    return approvals;
  };
  const message = (changes: Partial<EpochMessage> = {}) => network.message(entries, changes);
  const exists = async (address: PublicKey) => (await chain.connection.getAccountInfo(address)) !== null;

  describe('approve_epoch', () => {
    it('keeps what the oracle agrees to, and who paid', async () => {
      const oracle = network.oracles[0]!;
      const of = await message();
      const before = await chain.connection.getBalance(payer);
      const approval = await approve(of);
      const info = (await chain.connection.getAccountInfo(approval))!;
      expect(info.owner.equals(PROGRAM_ID)).to.equal(true);
      expect(info.lamports).to.equal(
        await chain.connection.getMinimumBalanceForRentExemption(info.data.length),
      );
      expect(before - (await chain.connection.getBalance(payer))).to.be.at.least(info.lamports);
      expect(decodeApproval(approval, info.data)).to.deep.equal({
        network: network.address,
        oracle: oracle.publicKey.toBytes(),
        messageHash: sha256(encodeEpochMessage(of)),
        payer,
        epoch: 1n,
        committeeVersion: of.committeeVersion,
        attempt: 0,
      });
      const at = { network: network.address, oracle: oracle.publicKey.toBytes() };
      expect(approval.equals(approvalAddress({ ...of, ...at }))).to.equal(true);
    });

    it('is signed and paid by the oracle alone, where it wants to', async () => {
      const oracle = network.oracles[0]!;
      await network.send(
        SystemProgram.transfer({ fromPubkey: payer, toPubkey: oracle.publicKey, lamports: 100_000_000 }),
      );
      await sendAndConfirm(chain.connection, oracle, [build(await message(), oracle, oracle.publicKey)]);
    });

    it('error: twice, the same or another claim of one attempt', async () => {
      await approve(await message());
      await expectError(approve(await message()), ACCOUNT_IN_USE);
      await expectError(approve(await message({ datasetHash: new Uint8Array(32) })), ACCOUNT_IN_USE);
      await approve(await message({ attempt: 1 }));
    });

    it('error: an oracle outside the committee, or one that resigned', async () => {
      await expectError(approve(await message(), Keypair.generate()), 'unknown-signer');
      const [, oracle] = network.oracles as [Keypair, Keypair];
      await network.send(resign({ network: network.address, oracle: oracle.publicKey }), [oracle]);
      await expectError(approve(await message(), oracle), 'unknown-signer');
    });

    it('error: what could not be posted either', async () => {
      await expectError(approve(await message({ attempt: 256 })), 'attempt-out-of-range');
      await expectError(approve(await message({ earnedTotal: 100_000_001n })), 'above-epoch-cap');
      await expectError(approve(await message({ earnedTotal: 2n ** 64n - 1n })), 'above-epoch-cap');
      await network.post(entries);
      await expectError(approve(await message()), 'epoch-pending');
      await network.promote();
      await expectError(approve(await message()), 'epoch-not-cut');
      await network.cut();
      await expectError(approve(await message({ earnedTotal: 10n })), 'earned-fell');
      await approve(await message());
    });

    it('error: while paused, and once the network is closing', async () => {
      const { address, authority } = network;
      const paused = await message();
      await network.send(pause({ network: address, guard: authority.publicKey }), [authority]);
      await expectError(approve(paused), 'paused');
      const by = { network: address, authority: authority.publicKey, heir: authority.publicKey };
      await network.send(closeNetwork(by), [authority]);
      await expectError(approve(paused), 'closed');
    });

    it('error: another epoch, version or oracle than those of the address', async () => {
      for (const changes of [{ epoch: 2n }, { committeeVersion: 7 }])
        await expectError(approve(await message(changes)), WRONG_ADDRESS);
      const of = await message();
      const other = build(of, network.oracles[1]!);
      for (const [pubkey, code] of [
        [accountOf(other, 'approval').pubkey, WRONG_ADDRESS],
        [accountOf(build(await message({ attempt: 1 })), 'approval').pubkey, WRONG_ADDRESS],
        [network.oracles[0]!.publicKey, SAME_ACCOUNT_TWICE],
      ] as const) {
        const instruction = build(of);
        accountOf(instruction, 'approval').pubkey = pubkey;
        await expectError(network.send(instruction, [network.oracles[0]!]), code);
      }
    });

    it('error: oracle or payer does not sign, or the payer has too little', async () => {
      const oracle = network.oracles[0]!;
      const unsigned = build(await message());
      accountOf(unsigned, 'oracle').isSigner = false;
      await expectError(network.send(unsigned), MISSING_SIGNATURE);
      const other = await fund(chain.connection, 1);
      const unpaid = build(await message(), oracle, other.publicKey);
      accountOf(unpaid, 'payer').isSigner = false;
      await expectError(network.send(unpaid, [oracle]), MISSING_SIGNATURE);
      const poor = await fund(chain.connection, 0.001);
      const broke = build(await message(), oracle, poor.publicKey);
      await expectError(network.send(broke, [oracle, poor]), TOO_FEW_LAMPORTS);
    });

    it('error: another network, or an account that is none', async () => {
      const elsewhere = await TestNetwork.create(chain);
      for (const [pubkey, code] of [
        [elsewhere.address, WRONG_ADDRESS],
        [network.mint, WRONG_OWNER],
        [registryAddress(network.address), NO_ACCOUNT],
      ] as const) {
        const instruction = build(await message());
        accountOf(instruction, 'network').pubkey = pubkey;
        await expectError(network.send(instruction, [network.oracles[0]!]), code);
      }
    });
  });

  describe('in post_epoch', () => {
    const posting = async (
      approvals: readonly PublicKey[],
      signers: readonly number[] = [],
      of: Partial<EpochMessage> = {},
    ) => {
      const signed = network.sign(
        await message(of),
        signers.map((seat) => network.oracles[seat]!),
      );
      return network.send(postEpoch(network.address, { ...signed, approvals }));
    };
    const pending = async () => (await network.account()).pending;

    it('count as signatures, without any of the Ed25519 program', async () => {
      const approvals = await approveAll(await message(), [4, 0, 2]);
      const built = postEpoch(network.address, { ...network.sign(await message(), []), approvals });
      expect(built).to.have.length(1);
      await network.send(built);
      expect((await pending())?.signers).to.deep.equal([0, 2, 4]);
      await network.promote();
      expect((await network.account()).current.earnedTotal).to.equal(11n);
    });

    it('add up with signatures over distinct members', async () => {
      const approvals = await approveAll(await message(), [3]);
      await posting(approvals, [1, 0]);
      expect((await pending())?.signers).to.deep.equal([0, 1, 3]);
    });

    it('error: fewer than the threshold', async () => {
      const approvals = await approveAll(await message(), [0, 1]);
      await expectError(posting(approvals), 'too-few-signatures');
      await expectError(posting(approvals.slice(0, 1), [1]), 'too-few-signatures');
      expect(await pending()).to.equal(null);
    });

    it('error: a member twice: two approvals, or one and a signature', async () => {
      const approvals = await approveAll(await message(), [0, 1]);
      await expectError(posting([...approvals, approvals[0]!]), 'repeated-signer');
      await expectError(posting(approvals, [1]), 'repeated-signer');
      await expectError(posting(approvals, [2, 1]), 'repeated-signer');
      await posting(approvals, [2]);
    });

    it('error: of another claim, or another attempt', async () => {
      const fork = { datasetHash: new Uint8Array(32).fill(8) };
      const right = await approveAll(await message(), [0, 1]);
      const other = await approve(await message(fork), network.oracles[2]!);
      await expectError(posting([...right, other]), 'wrong-message');
      const later = await approve(await message({ attempt: 1 }), network.oracles[3]!);
      await expectError(posting([...right, later]), 'wrong-message');
      await posting([...right], [4]);
    });

    it('error: of a void attempt', async () => {
      const approvals = await approveAll(await message(), [0, 1, 2]);
      await posting(approvals);
      await veto(network);
      await expectError(posting(approvals), 'wrong-message');
      await posting(await approveAll(await message(), [0, 1, 2]));
    });

    it('error: under the committee before, though its members are the same', async () => {
      const approvals = await approveAll(await message(), [0, 1, 2]);
      await network.send(network.committee(), [network.authority]);
      await expectError(posting(approvals), 'wrong-message');
      expect(await pending()).to.equal(null);
    });

    it('error: of another network with the same oracles, or accounts that are none', async () => {
      const approvals = await approveAll(await message(), [0, 1]);
      const elsewhere = await TestNetwork.create(chain);
      const foreign = await (async () => {
        const stranger = elsewhere.oracles[0]!;
        await elsewhere.cut();
        const instruction = approveEpoch({
          network: elsewhere.address,
          oracle: stranger.publicKey,
          payer,
          message: encodeEpochMessage(await elsewhere.message([])),
        });
        await elsewhere.send(instruction, [stranger]);
        return accountOf(instruction, 'approval').pubkey;
      })();
      for (const [account, code] of [
        [foreign, 'wrong-message'],
        [network.mint, WRONG_OWNER],
        [payer, WRONG_OWNER],
        [Keypair.generate().publicKey, NOT_INITIALIZED],
        [network.address, SAME_ACCOUNT_TWICE],
        [registryAddress(network.address), BAD_DATA],
      ] as const)
        await expectError(posting([...approvals, account]), code);
      expect(await pending()).to.equal(null);
    });
  });

  describe('close_approval', () => {
    const close = (approval: PublicKey, to = payer, by = network) =>
      network.send(closeApproval({ network: by.address, approval, payer: to }));
    const pass = async (epochs: number) => {
      for (let i = 0; i < epochs; i += 1) {
        if ((await network.account()).lastCutEpoch === (await network.account()).current.epoch)
          await network.cut();
        await network.post(entries);
        await network.promote();
      }
    };

    it('returns the rent to who paid it, whoever closes it, two epochs later', async () => {
      const oracle = network.oracles[0]!;
      const rentPayer = await fund(chain.connection, 1);
      const instruction = build(await message(), oracle, rentPayer.publicKey);
      await network.send(instruction, [oracle, rentPayer]);
      const approval = accountOf(instruction, 'approval').pubkey;
      for (const epochs of [0, 1, 1]) {
        await pass(epochs);
        await expectError(close(approval, rentPayer.publicKey), 'approval-needed');
      }
      await pass(1);
      await close(approval, rentPayer.publicKey);
      expect(await exists(approval)).to.equal(false);
      expect(await chain.connection.getBalance(rentPayer.publicKey)).to.equal(1_000_000_000);
    });

    it('error: twice', async () => {
      const approval = await approve(await message());
      await pass(3);
      await close(approval);
      await expectError(close(approval), NO_ACCOUNT);
    });

    it('error: the rent goes to somebody else', async () => {
      const approval = await approve(await message());
      await pass(3);
      for (const thief of [network.authority.publicKey, network.oracles[0]!.publicKey])
        await expectError(close(approval, thief), 'wrong-payer');
      expect(await exists(approval)).to.equal(true);
    });

    it('error: another network, or an account that is no approval', async () => {
      const approval = await approve(await message());
      await pass(3);
      const elsewhere = await TestNetwork.create(chain);
      await expectError(close(approval, payer, elsewhere), 'wrong-approval');
      await expectError(close(registryAddress(network.address)), BAD_DATA);
      await expectError(close(network.address), SAME_ACCOUNT_TWICE);
      expect(await exists(approval)).to.equal(true);
    });
  });
});
