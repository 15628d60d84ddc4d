import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  challengeEpoch,
  closeNetwork,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  pause,
  postEpoch,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { expectError, fund } from '../support/chain';
import {
  challenging,
  correct,
  EMISSION,
  entry,
  isVoidBy,
  leafAfter,
  leafOf,
  networkChain,
  POLICY,
  proofOf,
  repost,
  reseat,
  settlement,
  survives,
  TestNetwork,
  transfer,
  voids,
} from '../support/network';

const CAP = POLICY.deviceEpochCap;
/** The device that only the pending ledger has. */
const NEW = 3;

const totalOf = (entries: readonly LedgerEntry[]): bigint =>
  entries.reduce((sum, { earned }) => sum + earned, 0n);

describe('challenge_epoch', () => {
  let network: TestNetwork;
  let a: Keypair;
  let b: Keypair;
  const thief = Keypair.generate();
  /** Epoch 1: devices 0 and 1 of `a`, 2 of `b`. Device 1 is handed to `b`; device 3, of `b`, is new in epoch 2. */
  let current: LedgerEntry[];

  /** The ledger of epoch 2 in which only the leaves given changed; what one lost another earned, as totals never fall. */
  const pendingWith = (changes: Record<number, Partial<LedgerEntry>>): LedgerEntry[] => {
    const entries = [...current, entry(b, 0n)].map((leaf, index) => ({ ...leaf, ...changes[index] }));
    const lost = totalOf(current) - totalOf(entries);
    if (lost > 0n) entries[NEW]!.earned += lost;
    return entries;
  };
  const challenge = async (pending: LedgerEntry[], index: number) =>
    network.send(await challenging(network, { current, pending }, index));
  const ownedBy = ({ publicKey }: Keypair) => ({ owner: publicKey.toBytes() });
  const pend = async (changes: Parameters<typeof pendingWith>[0]) => {
    const pending = pendingWith(changes);
    await repost(network, pending);
    return pending;
  };

  /** Promotes epoch 1, hands device 1 over and cuts epoch 2, which may be corrective. */
  const start = async (corrective: boolean) => {
    network = await TestNetwork.create(await networkChain());
    [a, b] = [await fund(network.chain.connection, 1), await fund(network.chain.connection, 1)];
    await network.register([a, a, b]);
    current = [entry(a, 500n), entry(a, 700n), entry(b, 0n)];
    await network.epoch(current);
    await network.register([b]);
    await transfer(network, current, 1, a, b);
    if (corrective) await correct(network, 2n);
    await network.cut();
  };

  describe('grounds', () => {
    before(() => start(false));

    /** Epochs that differ by one leaf; whether that device makes them void. */
    const leaves: [string, number, Partial<LedgerEntry> | (() => Partial<LedgerEntry>), boolean][] = [
      ['earned stays', 0, {}, false],
      ['earned falls by one', 0, { earned: 499n }, true],
      ['earned falls to nothing', 0, { earned: 0n }, true],
      ['earned grows by the cap', 0, { earned: 500n + CAP }, false],
      ['earned grows by one more than the cap', 0, { earned: 501n + CAP }, true],
      ['earned grows by the cap from nothing', 2, { earned: CAP }, false],
      ['earned grows by one more than the cap from nothing', 2, { earned: CAP + 1n }, true],
      ['a new device begins with the cap', 3, { earned: CAP }, false],
      ['a new device begins with one more than the cap', 3, { earned: CAP + 1n }, true],
      ['earned grows by all that an epoch may', 0, { earned: 500n + EMISSION.epochCap }, true],
      ['a new device earned all that an epoch may', NEW, { earned: EMISSION.epochCap }, true],
      ['somebody else owns a device', 0, () => ownedBy(thief), true],
      ["another device's owner owns it", 2, () => ownedBy(a), true],
      ['the old owner of a device handed over still owns it', 1, () => ownedBy(a), false],
      ['the new owner of a device handed over owns it before its epoch', 1, () => ownedBy(b), true],
      ['neither owner of a device handed over owns it', 1, () => ownedBy(thief), true],
      ['it grew by too much', 1, { earned: 701n + CAP }, true],
      ['somebody else owns a new device', NEW, () => ownedBy(thief), true],
    ];
    for (const [what, index, change, isVoid] of leaves)
      it(`${isVoid ? 'void' : 'stands'}: ${what}`, async () => {
        const pending = await pend({ [index]: typeof change === 'function' ? change() : change });
        if (isVoid) await challenge(pending, index);
        else await expectError(challenge(pending, index), 'no-fault');
        expect((await network.account()).pending === null).to.equal(isVoid);
      });

    it('void by the device that is wrong, not by its neighbours', async () => {
      const pending = await pend({ 0: { earned: 499n } });
      for (const index of [1, 2, 3]) await expectError(challenge(pending, index), 'no-fault');
      await challenge(pending, 0);
    });

    it('void: earnings where there is no device, which the last device’s proof shows', async () => {
      const fresh = await TestNetwork.create(network.chain);
      await fresh.register([a, a, b]);
      await fresh.cut();
      const honest = [entry(a, 1n), entry(a, 2n), entry(b, 3n)];
      // Three devices and a fourth leaf that belongs to none.
      const padded = LedgerTree.fromLeaves(ledgerLeaves([...honest, entry(thief, 400n)]));
      const leaf = (index: number, tree = padded) => ({
        ...leafOf(honest, index),
        proof: tree.proveRun(index, 1),
      });
      const voiding = async (index: number) =>
        fresh.send(
          challengeEpoch({
            network: fresh.address,
            challenger: fresh.chain.payer.publicKey,
            leaf: leaf(index),
          }),
        );
      const message = await fresh.message([], { ledgerRoot: padded.root, earnedTotal: padded.earnedTotal });
      const signed = { ...fresh.sign(message), opening: padded.opening(undefined) };
      await fresh.send(postEpoch(fresh.address, signed));
      for (const index of [0, 1]) await expectError(voiding(index), 'no-fault');
      await voiding(2);
      expect((await fresh.account()).pending).to.equal(null);
      await reseat(fresh);
      await fresh.post(honest);
      await survives(fresh, { current: [], pending: honest });
    });

    for (const corrective of [false, true])
      it(`decides as the rules do, for whatever ledgers, ${corrective ? '' : 'not '}corrective`, async function () {
        this.timeout(120_000);
        await start(corrective);
        const owners = [a, b, thief];
        const claims = [
          { before: { owner: 0, earned: 500n }, owner: 0, retired: false },
          { before: { owner: 0, earned: 700n }, owner: 0, retired: false },
          { before: { owner: 1, earned: 0n }, owner: 1, retired: false },
          { before: null, owner: 1, retired: false },
        ];
        const ledger = fc.tuple(...claims.map(({ before }) => leafAfter(before, CAP, 3n * CAP)));
        await fc.assert(
          fc.asyncProperty(ledger, async (after) => {
            const lost = totalOf(current) - after.reduce((sum, { earned }) => sum + earned, 0n);
            const leaves = after.map((leaf, index) => ({
              ...leaf,
              earned: index === NEW && lost > 0n && !corrective ? leaf.earned + lost : leaf.earned,
            }));
            const pending = leaves.map(({ owner, earned }) => entry(owners[owner]!, earned));
            await repost(network, pending);
            for (const [index, claim] of claims.entries()) {
              const expected = voids({ ...claim, after: leaves[index]! }, { cap: CAP, corrective });
              expect(await isVoidBy(network, { current, pending }, index), `device ${index}`).to.equal(
                expected,
              );
            }
          }),
          { numRuns: 15 },
        );
      });
  });

  describe('corrective epochs', () => {
    beforeEach(() => start(true));

    it('may take back what was earned, but neither change owners nor raise a device above the cap', async () => {
      const lowered = [entry(a, 0n), entry(a, 700n), entry(b, CAP), entry(b, 0n)];
      await repost(network, lowered);
      await survives(network, { current, pending: lowered });
      for (const [index, change] of [
        [0, { earned: 0n, ...ownedBy(thief) }],
        [1, ownedBy(b)],
        [NEW, ownedBy(thief)],
        [0, { earned: 501n + CAP }],
        [NEW, { earned: CAP + 1n }],
      ] as const)
        await challenge(await pend({ [index]: change }), index);
    });

    it('may lower the total', async () => {
      const lowered = [entry(a, 1n), entry(a, 0n), entry(b, 0n), entry(b, 0n)];
      await repost(network, lowered);
      expect((await network.account()).pending).to.deep.include({ earnedTotal: 1n, corrective: true });
      await survives(network, { current, pending: lowered });
    });

    it('stay corrective after a void', async () => {
      await repost(network, pendingWith({ 0: { earned: 499n } }));
      const again = await pend({ 0: { earned: 499n } });
      await expectError(challenge(again, 0), 'no-fault');
    });

    it('do not count once they are named after posting, or for another epoch', async () => {
      await start(false);
      await correct(network, 3n);
      const other = await pend({ 0: { earned: 499n } });
      await challenge(other, 0);
      await correct(network, 0n);
      const pending = await pend({ 0: { earned: 499n } });
      await correct(network, 2n);
      await challenge(pending, 0);
    });

    it('may not take back what a device was paid, which its page shows', async () => {
      await network.openPage();
      await network.openAccounts([a.publicKey]);
      const tree = LedgerTree.fromLeaves(ledgerLeaves(current));
      await network.send(settlement(network, { tree, entries: current }, 0, ['each', 1]));
      const kept = [entry(a, 500n), entry(a, 0n), entry(b, 0n), entry(b, 0n)];
      await repost(network, kept);
      const paged = async (pending: LedgerEntry[], index: number) =>
        network.send(
          challengeEpoch({
            network: network.address,
            challenger: network.chain.payer.publicKey,
            ...(await proofOf(network, { current, pending }, index)),
            belowPaid: true,
          }),
        );
      for (const index of [0, 1, 2, NEW]) await expectError(paged(kept, index), 'no-fault');
      const lowered = [entry(a, 499n), entry(a, 1n), entry(b, 0n), entry(b, 0n)];
      await repost(network, lowered);
      await expectError(challenge(lowered, 0), 'no-fault');
      await expectError(paged(lowered, 1), 'no-fault');
      await paged(lowered, 0);
      expect((await network.account()).pending).to.equal(null);
    });

    it('are used once', async () => {
      const fresh = await TestNetwork.create(network.chain);
      await fresh.register([a, a]);
      const ledgers = [
        [500n, 0n],
        [400n, 0n],
        [300n, 100n],
      ].map((earned) => earned.map((amount) => entry(a, amount)));
      const [first, lowered, next] = ledgers as [LedgerEntry[], LedgerEntry[], LedgerEntry[]];
      await fresh.epoch(first);
      await correct(fresh, 2n);
      await fresh.cut();
      await fresh.post(lowered);
      await survives(fresh, { current: first, pending: lowered });
      await fresh.promote();
      expect((await fresh.account()).correctiveEpoch).to.equal(0n);
      await fresh.cut();
      await expectError(fresh.post([entry(a, 300n), entry(a, 0n)]), 'earned-fell');
      await fresh.post(next);
      await fresh.send(await challenging(fresh, { current: lowered, pending: next }, 0));
      expect((await fresh.account()).pending).to.equal(null);
    });
  });

  describe('a void epoch', () => {
    before(() => start(false));

    it('raises the attempt by one, whatever was ahead, and takes no old signatures', async () => {
      const fallen = pendingWith({ 0: { earned: 499n } });
      await repost(network, fallen);
      await challenge(fallen, 0);
      await reseat(network);
      const { attempt } = await network.account();
      const message = await network.message(fallen, { attempt: attempt + 7 });
      const signed = postEpoch(network.address, network.sign(message));
      await network.send(signed);
      await challenge(fallen, 0);

      const after = await network.account();
      expect(after.attempt).to.equal(attempt + 8);
      expect(after.pending).to.equal(null);
      expect(after.current.epoch).to.equal(1n);
      expect(after.guardianVetoes).to.equal(0);
      await expectError(network.send(signed), 'attempt-out-of-range');
      const [, post] = signed;
      const [renewed] = postEpoch(network.address, network.sign({ ...message, attempt: attempt + 8 }));
      await expectError(network.send([renewed!, post!]), 'attempt-out-of-range');
    });

    for (const [state, stop] of [
      ['is paused', (by: TestNetwork) => pause({ network: by.address, guard: by.authority.publicKey })],
      [
        'is being closed',
        (by: TestNetwork) =>
          closeNetwork({
            network: by.address,
            authority: by.authority.publicKey,
            heir: by.authority.publicKey,
          }),
      ],
    ] as const)
      it(`is made so by anyone, while its network ${state} too`, async () => {
        const fresh = await TestNetwork.create(network.chain);
        await fresh.register([a]);
        const ledgers = { current: [entry(a, 500n)], pending: [entry(thief, 500n)] };
        await fresh.epoch(ledgers.current);
        await fresh.cut();
        await fresh.post(ledgers.pending);
        await fresh.send(stop(fresh), [fresh.authority]);
        const stranger = await fund(network.chain.connection, 1);
        const instruction = await challenging(fresh, ledgers, 0, stranger.publicKey);
        await sendAndConfirm(network.chain.connection, stranger, [instruction]);
        expect((await fresh.account()).pending).to.equal(null);
      });

    it('is posted again for the same cut, promoted and paid for', async () => {
      const fallen = await pend({ 0: { earned: 499n } });
      await challenge(fallen, 0);
      const honest = await pend({ 0: { earned: 510n } });
      await survives(network, { current, pending: honest });
      await network.promote();
      const account = await network.account();
      expect(account.current).to.deep.include({ epoch: 2n, deviceCount: 4, earnedTotal: 1210n });
      expect(account.current.ledgerRoot).to.deep.equal(LedgerTree.fromLeaves(ledgerLeaves(honest)).root);
      expect(account.attempt).to.equal(0);
      expect(await network.balance(network.address)).to.equal(1210n);
    });
  });
});
