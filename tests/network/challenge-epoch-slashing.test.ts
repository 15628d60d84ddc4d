import {
  approveEpoch,
  type ChallengeProof,
  challengeEpoch,
  decodeBond,
  encodeEpochMessage,
  type LedgerEntry,
  postEpoch,
  registryAddress,
  resign,
  setCommittee,
  unlockBond,
  withdrawBond,
} from '@commonwire/sdk/network';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, NOT_WRITABLE, SAME_ACCOUNT_TWICE, type TestChain } from '../support/chain';
import {
  accountOf,
  challenging,
  entry,
  govern,
  POLICY,
  proofOf,
  registered,
  steadyNetworkChain,
  TestNetwork,
  veto,
} from '../support/network';

const BOND = 1_000_000n;

describe('challenge_epoch slashes who signed', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let challenger: Keypair;
  let pending: LedgerEntry[];

  /** Five oracles with a bond each, three of whom signed a pending epoch whose only device is stolen. */
  beforeEach(async () => {
    chain = await steadyNetworkChain();
    network = await TestNetwork.create(chain, { policy: { oracleBond: BOND } });
    challenger = await fund(chain.connection, 1);
    const owner = await fund(chain.connection, 1);
    await network.register([owner]);
    await network.cut();
    pending = [entry(Keypair.generate(), 5n)];
    await post([0, 2, 3]);
  });

  const seats = (at: readonly number[]) => at.map((seat) => network.oracles[seat]!);
  const post = async (signers: readonly number[]) =>
    network.send(postEpoch(network.address, network.sign(await network.message(pending), seats(signers))));
  const bondsOf = (at: readonly number[]) => seats(at).map((oracle) => network.bondOf(oracle));
  const challenge = async (changes: Partial<ChallengeProof> = {}) => {
    const proof = await proofOf(network, { current: [], pending }, 0);
    const by = { network: network.address, challenger: challenger.publicKey };
    return network.send(challengeEpoch({ ...by, ...proof, ...changes }), [challenger]);
  };
  const held = (address: PublicKey) => chain.connection.getBalance(address);
  const bonded = async (at: readonly number[]) =>
    Promise.all(
      bondsOf(at).map(async (address) => {
        const info = await chain.connection.getAccountInfo(address);
        return info && decodeBond(address, info.data).lamports;
      }),
    );
  const committee = async () => (await network.account()).committee;
  const isPending = async () => (await network.account()).pending !== null;

  it('of their bonds, a tenth of which goes to the challenger, and of their seats', async () => {
    const registry = registryAddress(network.address);
    const [before, kept] = [await committee(), await held(registry)];
    await challenge();
    expect(await bonded([0, 1, 2, 3, 4])).to.deep.equal([0n, BOND, 0n, 0n, BOND]);
    expect(await held(challenger.publicKey)).to.equal(1_000_000_000 + 300_000);
    expect(await held(registry)).to.equal(kept + 2_700_000);
    expect(await committee()).to.deep.equal({
      version: before.version + 1,
      threshold: 2,
      keys: seats([1, 4]).map(({ publicKey }) => publicKey.toBytes()),
      bonds: bondsOf([1, 4]),
    });
    expect(await isPending()).to.equal(false);
  });

  it('and leaves the others to post the epoch rightly', async () => {
    await challenge();
    const [device] = await registered(network);
    pending = [{ owner: device!.owner, earned: 5n }];
    await post([1, 4]);
    await network.promote();
    expect((await network.account()).current.earnedTotal).to.equal(5n);
  });

  it('however they agreed: by approval as by signature', async () => {
    await veto(network);
    const message = await network.message(pending);
    const approving = approveEpoch({
      network: network.address,
      oracle: network.oracles[1]!.publicKey,
      payer: chain.payer.publicKey,
      message: encodeEpochMessage(message),
    });
    await network.send(approving, seats([1]));
    const approvals = [accountOf(approving, 'approval').pubkey];
    await network.send(postEpoch(network.address, { ...network.sign(message, seats([4, 2])), approvals }));
    await challenge();
    expect(await bonded([0, 1, 2, 3, 4])).to.deep.equal([BOND, 0n, 0n, BOND, 0n]);
  });

  it('though they left the committee since, and whoever sits there now', async () => {
    const next = [network.oracles[0]!, Keypair.generate(), network.oracles[1]!];
    await network.send(network.deposit(next[1]!, BOND));
    const bonds = next.map((oracle) => network.bondOf(oracle));
    await network.send(
      setCommittee({
        network: network.address,
        authority: network.authority.publicKey,
        threshold: 2,
        keys: next.map(({ publicKey }) => publicKey.toBytes()),
        bonds,
      }),
      [network.authority],
    );
    const { version } = await committee();
    await challenge();
    expect(await bonded([0, 1, 2, 3])).to.deep.equal([0n, BOND, 0n, 0n]);
    expect(await committee()).to.deep.equal({
      version: version + 1,
      threshold: 2,
      keys: next.slice(1).map(({ publicKey }) => publicKey.toBytes()),
      bonds: bonds.slice(1),
    });
  });

  it('of the bonds that admitted them, not of others behind the same key', async () => {
    const other = await fund(chain.connection, 1);
    const [liar] = seats([0]) as [Keypair];
    await network.send(network.deposit(liar, 77n, other.publicKey), [other]);
    await challenge();
    const address = network.bondOf(liar, other.publicKey);
    const info = (await chain.connection.getAccountInfo(address))!;
    expect(decodeBond(address, info.data).lamports).to.equal(77n);
  });

  it('of all that there is: a bond grows, and none is withdrawn while its oracle answers for an epoch', async () => {
    const leaving = seats([2]) as [Keypair];
    await network.send(resign({ network: network.address, oracle: leaving[0].publicKey }), leaving);
    const bond = {
      network: network.address,
      oracle: leaving[0].publicKey.toBytes(),
      depositor: chain.payer.publicKey,
    };
    await network.send(unlockBond(bond));
    await chain.passSeconds(10 * POLICY.bondLockSeconds);
    await expectError(network.send(withdrawBond(bond)), 'bond-locked');
    await network.send(network.deposit(network.oracles[3]!, 500_000n));
    await challenge();
    expect(await bonded([0, 2, 3])).to.deep.equal([0n, 0n, 0n]);
    expect(await held(challenger.publicKey)).to.equal(1_000_000_000 + 350_000);
    await network.send(withdrawBond(bond));
    expect(await bonded([2])).to.deep.equal([null]);
  });

  it('and takes no bond where none was asked for when they were seated', async () => {
    const free = await TestNetwork.create(chain);
    const owner = await fund(chain.connection, 1);
    await free.register([owner]);
    const [liar] = free.oracles as [Keypair];
    await free.send(free.deposit(liar, BOND));
    await govern(free, { oracleBond: BOND });
    await free.cut();
    await free.post(pending);
    const ledgers = { current: [], pending };
    expect((await proofOf(free, ledgers, 0)).bonds).to.deep.equal([]);
    await free.send(await challenging(free, ledgers, 0));
    expect((await free.account()).committee.keys).to.have.length(2);
    expect(await held(free.bondOf(liar))).to.be.greaterThan(Number(BOND));
  });

  describe('error:', () => {
    afterEach(async () => {
      expect(await isPending()).to.equal(true);
      expect(await bonded([0, 1, 2, 3, 4])).to.deep.equal([BOND, BOND, BOND, BOND, BOND]);
      expect((await committee()).keys).to.have.length(5);
    });

    it('no bonds, too few or too many', async () => {
      for (const bonds of [[], bondsOf([0, 2]), [...bondsOf([0, 2, 3]), ...bondsOf([4])]])
        await expectError(challenge({ bonds }), 'wrong-bond');
    });

    it('another order, one twice, or those of members who did not sign', async () => {
      for (const at of [
        [2, 0, 3],
        [0, 3, 2],
        [0, 0, 3],
        [0, 1, 2],
        [0, 2, 4],
      ])
        await expectError(challenge({ bonds: bondsOf(at) }), 'wrong-bond');
    });

    it("another depositor's bond, another network's, or an account that is none", async () => {
      const other = await fund(chain.connection, 1);
      const [liar] = seats([0]) as [Keypair];
      await network.send(network.deposit(liar, 1n, other.publicKey), [other]);
      const elsewhere = await TestNetwork.create(chain);
      await elsewhere.send(elsewhere.deposit(liar, 1n));
      for (const [wrong, code] of [
        [network.bondOf(liar, other.publicKey), 'wrong-bond'],
        [elsewhere.bondOf(liar), 'wrong-bond'],
        [network.mint, 'wrong-bond'],
        [Keypair.generate().publicKey, 'wrong-bond'],
        [challenger.publicKey, SAME_ACCOUNT_TWICE],
      ] as const)
        await expectError(challenge({ bonds: [wrong, ...bondsOf([2, 3])] }), code);
    });

    it('a bond that may not be written', async () => {
      const proof = await proofOf(network, { current: [], pending }, 0);
      const instruction = challengeEpoch({
        network: network.address,
        challenger: challenger.publicKey,
        ...proof,
      });
      accountOf(instruction, 'further 1').isWritable = false;
      await expectError(network.send(instruction, [challenger]), NOT_WRITABLE);
    });
  });
});
