import {
  answerDemand,
  closeDemand,
  demandAddress,
  demandLeaf,
  fetchDemand,
  hashOf,
  type LedgerEntry,
  LedgerTree,
  ledgerNode,
  nodeOf,
  type ProvenLeaf,
  postEpoch,
  registryAddress,
} from '@commonwire/sdk/network';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import {
  ACCOUNT_IN_USE,
  BAD_DATA,
  expectError,
  fund,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  SAME_ACCOUNT_TWICE,
  TOO_FEW_LAMPORTS,
  WRONG_ADDRESS,
} from '../support/chain';
import {
  accountOf,
  beginClosing,
  challenging,
  GuardedNetwork,
  govern,
  leafOf,
  repost,
  type TestNetwork,
} from '../support/network';

const BOND = 10_000_000;
const CHALLENGE = 100n;
const ANSWER = 60n;

describe('demands for a leaf', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let demander: Keypair;
  let entries: LedgerEntry[];
  let postedAt: bigint;

  /** A network of two devices whose first epoch is pending. */
  beforeEach(async () => {
    guarded = await GuardedNetwork.create({
      policy: { challengeSeconds: Number(CHALLENGE), answerSeconds: Number(ANSWER) },
    });
    test = guarded.test;
    demander = await fund(test.chain.connection, 1);
    entries = guarded.ledger(5n, 6n);
    await test.cut();
    await test.post(entries);
    postedAt = (await test.account()).pending!.postedAt;
  });

  const at = (index: number, attempt = 0, epoch = 1n) => ({ network: test.address, epoch, attempt, index });
  const building = (index: number, by = demander, attempt = 0) =>
    demandLeaf({ ...at(index, attempt), demander: by.publicKey });
  const demand = (index: number, by = demander, attempt = 0) => test.send(building(index, by, attempt), [by]);
  const answering = (
    leaf: ProvenLeaf,
    { by = test.chain.payer.publicKey, to = demander.publicKey, attempt = 0 } = {},
  ) => answerDemand({ network: test.address, epoch: 1n, attempt, answerer: by, demander: to, leaf });
  const answer = (leaf: ProvenLeaf) => test.send(answering(leaf));
  const closing = (index: number, attempt = 0, to = demander.publicKey) =>
    closeDemand({ ...at(index, attempt), demander: to });
  const close = (index: number, attempt = 0, to?: PublicKey) => test.send(closing(index, attempt, to));
  const found = (index: number, attempt = 0) => fetchDemand(test.chain.connection, at(index, attempt));
  const balance = (of: Keypair | PublicKey) =>
    test.chain.connection.getBalance(of instanceof Keypair ? of.publicKey : of);
  const open = async () => (await test.account()).pending?.openDemands ?? null;
  const moveBy = (seconds: bigint) => guarded.moveTo(postedAt + seconds);
  /** Moves on until nothing that is demanded by now can be answered in time. */
  const answerTimeIsOver = async () => guarded.moveTo((await guarded.now()) + ANSWER + 1n);
  const openedAt = async (index: number) => (await found(index))!.openedAt;

  describe('demand_leaf', () => {
    it('keeps who demands what, when, and the bond beside the rent', async () => {
      await demand(1);
      const { openedAt, openedSlot, ...rest } = (await found(1))!;
      await guarded.expectNow(openedAt);
      expect(openedSlot > 0n).to.equal(true);
      expect(rest).to.deep.equal({
        ...at(1),
        demander: demander.publicKey,
        bond: BigInt(BOND),
        pausedBefore: 0n,
      });
      const info = (await test.chain.connection.getAccountInfo(demandAddress(at(1))))!;
      const rent = await test.chain.connection.getMinimumBalanceForRentExemption(info.data.length);
      expect(info.lamports).to.equal(rent + BOND);
      expect(await balance(demander)).to.equal(1_000_000_000 - rent - BOND);
      expect(await open()).to.equal(1);
    });

    it('is counted for each leaf, whoever demands them', async () => {
      await demand(0);
      const other = await fund(test.chain.connection, 1);
      await demand(1, other);
      expect(await open()).to.equal(2);
    });

    it('is made in the first half of the challenge period, to the second', async () => {
      await moveBy(CHALLENGE / 2n - 1n);
      await demand(0);
      await moveBy(CHALLENGE / 2n);
      await expectError(demand(1), 'demand-too-late');
    });

    it('has as much more time as the network is paused, and is made meanwhile', async () => {
      await moveBy(10n);
      await guarded.pause();
      await moveBy(1_000n);
      await demand(0);
      await guarded.unpause();
      await moveBy(990n + CHALLENGE / 2n - 1n);
      await demand(1);
      expect((await found(1))!.pausedBefore).to.equal(990n);
    });

    it('stakes what the policy of the moment asks', async () => {
      await govern(test, { challengeSeconds: 100, answerSeconds: 60, demandBond: 5n });
      await demand(0);
      expect((await found(0))!.bond).to.equal(5n);
    });

    it('is made while the network is closing, whose pending epoch may still be promoted', async () => {
      await beginClosing(test);
      await demand(0);
      expect(await open()).to.equal(1);
    });

    it('error: the same leaf twice', async () => {
      await demand(0);
      const other = await fund(test.chain.connection, 1);
      await expectError(demand(0, other), ACCOUNT_IN_USE);
      expect(await open()).to.equal(1);
    });

    it('error: a leaf that the ledger does not have', async () => {
      for (const index of [2, 3, 2 ** 32 - 1]) await expectError(demand(index), 'run-out-of-range');
    });

    it('error: nothing is pending', async () => {
      await guarded.veto();
      const early = demandLeaf({ ...at(0, 0, 0n), demander: demander.publicKey });
      await expectError(test.send(early, [demander]), 'nothing-pending');
    });

    it('error: another epoch, attempt or network than what is pending', async () => {
      const other = await GuardedNetwork.create();
      for (const wrong of [at(0, 1), at(0, 0, 2n), at(1), { ...at(0), network: other.test.address }]) {
        const instruction = building(0);
        accountOf(instruction, 'demand').pubkey = demandAddress(wrong);
        await expectError(test.send(instruction, [demander]), WRONG_ADDRESS);
      }
      const elsewhere = building(0);
      accountOf(elsewhere, 'network').pubkey = other.test.address;
      await expectError(test.send(elsewhere, [demander]), WRONG_ADDRESS);
      accountOf(elsewhere, 'network').pubkey = registryAddress(test.address);
      await expectError(test.send(elsewhere, [demander]), NO_ACCOUNT);
    });

    it('error: the demander does not sign, or has less than the bond', async () => {
      const unsigned = building(0);
      accountOf(unsigned, 'demander').isSigner = false;
      await expectError(test.send(unsigned), MISSING_SIGNATURE);
      const poor = await fund(test.chain.connection, 0.009);
      await expectError(demand(0, poor), TOO_FEW_LAMPORTS);
      expect(await open()).to.equal(0);
    });
  });

  describe('answer_demand', () => {
    it('gives the bond to whoever shows the leaf, and the rent back', async () => {
      await demand(1);
      const answerer = await fund(test.chain.connection, 1);
      await test.send(answering(leafOf(entries, 1), { by: answerer.publicKey }), [answerer]);
      expect(await balance(answerer)).to.equal(1_000_000_000 + BOND);
      expect(await balance(demander)).to.equal(1_000_000_000 - BOND);
      expect(await found(1)).to.equal(null);
      expect(await open()).to.equal(0);
    });

    it('leaves half a challenge period to look at the leaf, to the second, however late it was shown', async () => {
      await demand(0);
      await moveBy(CHALLENGE - 1n);
      await answer(leafOf(entries, 0));
      expect((await test.account()).pending!.shown.after).to.equal(CHALLENGE - 1n);
      for (const open of [CHALLENGE, CHALLENGE - 1n + CHALLENGE / 2n - 1n]) {
        await moveBy(open);
        await expectError(test.send(test.promotion()), 'challenge-period-open');
      }
      await moveBy(CHALLENGE - 1n + CHALLENGE / 2n);
      await test.send(test.promotion());
    });

    it('lets the epoch be promoted, which waits for every demanded leaf', async () => {
      await demand(0);
      await demand(1);
      await answer(leafOf(entries, 0));
      await moveBy(CHALLENGE);
      await expectError(test.send(test.promotion()), 'demands-open');
      await answer(leafOf(entries, 1));
      await test.chain.passSeconds(Number(CHALLENGE));
      await test.send(test.promotion());
      expect((await test.account()).current.epoch).to.equal(1n);
    });

    it('comes from the demander too, who gets everything back', async () => {
      await demand(0);
      const own = answering(leafOf(entries, 0), { by: demander.publicKey });
      await test.send(own, [demander]);
      expect(await balance(demander)).to.equal(1_000_000_000);
    });

    it('is taken while paused, and after its time until the demand is closed', async () => {
      await demand(0);
      await demand(1);
      await guarded.pause();
      await answer(leafOf(entries, 0));
      await guarded.unpause();
      await answerTimeIsOver();
      await answer(leafOf(entries, 1));
      expect(await open()).to.equal(0);
    });

    it('lets the leaf be demanded again, for another bond', async () => {
      await demand(0);
      await answer(leafOf(entries, 0));
      await demand(0);
      expect(await open()).to.equal(1);
    });

    it('shows a leaf that then makes the epoch void', async () => {
      const stolen = [{ ...entries[0]!, owner: Keypair.generate().publicKey.toBytes() }, entries[1]!];
      await repost(test, stolen);
      await demand(0, demander, 1);
      await test.send(answering(leafOf(stolen, 0), { attempt: 1 }));
      await test.send(await challenging(test, { current: [], pending: stolen }, 0));
      expect((await test.account()).pending).to.equal(null);
    });

    it('error: anything but the leaf', async () => {
      await demand(0);
      const leaf = leafOf(entries, 0);
      for (const wrong of [
        { earned: 6n },
        { owner: demander.publicKey },
        { proof: [] },
        { proof: leafOf(entries, 1).proof },
        { proof: [...leaf.proof, leaf.proof[0]!] },
        { proof: [nodeOf(7n, hashOf(leaf.proof[0]!))] },
        { proof: [leaf.proof[0]!.slice(1)] },
      ])
        await expectError(answer({ ...leaf, ...wrong }), 'bad-proof');
      // The leaf of another device, under the demand for this one.
      const instruction = answering({ ...leafOf(entries, 1), index: 0 });
      await expectError(test.send(instruction), 'bad-proof');
      expect(await open()).to.equal(1);
    });

    it('error: twice, or where nothing was demanded', async () => {
      await demand(0);
      await answer(leafOf(entries, 0));
      await expectError(answer(leafOf(entries, 0)), NO_ACCOUNT);
      await expectError(answer(leafOf(entries, 1)), NO_ACCOUNT);
    });

    it('error: the rent goes to somebody else than the demander', async () => {
      await demand(0);
      const thief = await fund(test.chain.connection, 1);
      await expectError(test.send(answering(leafOf(entries, 0), { to: thief.publicKey })), 'wrong-payer');
    });

    it('error: the epoch is void, though the same leaf is pending again', async () => {
      await demand(0);
      await guarded.veto();
      await expectError(answer(leafOf(entries, 0)), 'wrong-demand');
      await test.post(entries);
      await expectError(answer(leafOf(entries, 0)), 'wrong-demand');
    });

    it('error: the answerer does not sign; another network, or accounts that are none', async () => {
      await demand(0);
      const stranger = await fund(test.chain.connection, 1);
      const unsigned = answering(leafOf(entries, 0), { by: stranger.publicKey });
      accountOf(unsigned, 'answerer').isSigner = false;
      await expectError(test.send(unsigned), MISSING_SIGNATURE);
      const other = await GuardedNetwork.create();
      for (const [name, pubkey, code] of [
        ['network', other.test.address, 'wrong-demand'],
        ['network', registryAddress(test.address), NO_ACCOUNT],
        ['demand', registryAddress(test.address), BAD_DATA],
        ['demand', test.address, SAME_ACCOUNT_TWICE],
      ] as const) {
        const instruction = answering(leafOf(entries, 0));
        accountOf(instruction, name).pubkey = pubkey;
        await expectError(test.send(instruction), code);
      }
      expect(await open()).to.equal(1);
    });
  });

  describe('close_demand', () => {
    it('makes the epoch void once the time to answer is over, to the second, and gives everything back', async () => {
      await moveBy(7n);
      await demand(0);
      const opened = await openedAt(0);
      await guarded.moveTo(opened + ANSWER);
      await expectError(close(0), 'answer-time-open');
      await guarded.moveTo(opened + ANSWER + 1n);
      const { committee } = await test.account();
      await close(0);
      const after = await test.account();
      expect([after.pending, after.attempt]).to.deep.equal([null, 1]);
      expect(after.committee, 'nothing was proven').to.deep.equal(committee);
      expect(await balance(demander)).to.equal(1_000_000_000);
      expect(await found(0)).to.equal(null);
    });

    it('leaves the network to be posted again, and closes what was demanded of the void attempt', async () => {
      await demand(0);
      await demand(1);
      await guarded.moveTo((await openedAt(1)) + ANSWER + 1n);
      await close(1);
      await test.post(entries);
      await close(0);
      expect(await open()).to.equal(0);
      expect((await test.account()).pending?.attempt).to.equal(1);
      expect(await balance(demander)).to.equal(1_000_000_000);
      await expectError(close(0), NO_ACCOUNT);
    });

    it('needs no time where the epoch is void or promoted', async () => {
      await demand(0);
      await guarded.veto();
      await close(0);
      expect(await balance(demander)).to.equal(1_000_000_000);
      expect((await test.account()).attempt).to.equal(1);
    });

    it('waits while the network is paused, and as much longer', async () => {
      await demand(0);
      await moveBy(10n);
      await guarded.pause(test.authority);
      await moveBy(10n + 5n * ANSWER);
      await expectError(close(0), 'paused');
      await guarded.unpause();
      await expectError(close(0), 'answer-time-open');
      const { since, until } = (await test.account()).pause;
      const last = (await openedAt(0)) + ANSWER + (until - since);
      await guarded.moveTo(last);
      await expectError(close(0), 'answer-time-open');
      await guarded.moveTo(last + 1n);
      await close(0);
      expect((await test.account()).pending).to.equal(null);
    });

    it('keeps the time to answer that the epoch was posted under', async () => {
      await demand(0);
      const opened = await openedAt(0);
      await govern(test, { challengeSeconds: 100, answerSeconds: 50 });
      await guarded.moveTo(opened + ANSWER);
      await expectError(close(0), 'answer-time-open');
      await guarded.moveTo(opened + ANSWER + 1n);
      await close(0);
    });

    it('error: it was answered', async () => {
      await demand(0);
      await answer(leafOf(entries, 0));
      await answerTimeIsOver();
      await expectError(close(0), NO_ACCOUNT);
      expect((await test.account()).pending?.epoch).to.equal(1n);
    });

    it('error: bond and rent go to somebody else', async () => {
      await demand(0);
      await answerTimeIsOver();
      const thief = await fund(test.chain.connection, 1);
      await expectError(close(0, 0, thief.publicKey), 'wrong-payer');
      expect(await open()).to.equal(1);
    });

    it('error: another network, or accounts that are none', async () => {
      await demand(0);
      await answerTimeIsOver();
      const other = await GuardedNetwork.create();
      for (const [name, pubkey, code] of [
        ['network', other.test.address, 'wrong-demand'],
        ['network', registryAddress(test.address), NO_ACCOUNT],
        ['demand', registryAddress(test.address), BAD_DATA],
        ['demand', test.address, SAME_ACCOUNT_TWICE],
      ] as const) {
        const instruction = closing(0);
        accountOf(instruction, name).pubkey = pubkey;
        await expectError(test.send(instruction), code);
      }
      expect(await open()).to.equal(1);
    });
  });

  it('end a ledger with a leaf of garbage, though its sums are right', async () => {
    await guarded.veto();
    const garbage = LedgerTree.fromLeaves([
      nodeOf(5n, new Uint8Array(32).fill(9)),
      ledgerNode({ index: 1, ...entries[1]! }),
    ]);
    const message = await test.message([], { ledgerRoot: garbage.root, earnedTotal: garbage.earnedTotal });
    await test.send(postEpoch(test.address, { ...test.sign(message), opening: garbage.opening(undefined) }));
    postedAt = (await test.account()).pending!.postedAt;
    await demand(0, demander, 1);
    const shown = { ...leafOf(entries, 0), proof: garbage.proveRun(0, 1) };
    await expectError(test.send(answering(shown, { attempt: 1 })), 'bad-proof');
    await answerTimeIsOver();
    await close(0, 1);
    expect((await test.account()).pending).to.equal(null);
  });
});
