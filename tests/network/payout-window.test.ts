import {
  destination,
  fetchPages,
  type LedgerTree,
  ledgerNode,
  NO_LIMIT,
  type SettleSegment,
  setPolicy,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../support/chain';
import { GuardedNetwork, POLICY, type TestNetwork } from '../support/network';

/** The limit for one window of 100 s, in which 50 epochs may earn 9 each once the cap was halved ten times. */
const LIMIT = 1_000n;
const WINDOW = 100n;

describe('the payout window of settle', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let earned: [bigint, bigint];
  let tree: LedgerTree;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create({
      policy: { payoutLimit: NO_LIMIT, payoutWindowSeconds: Number(WINDOW) },
      emission: { epochCap: 10_000n, halvingEpochs: 1n },
    });
    test = guarded.test;
    await test.openPage();
    await test.openAccounts([guarded.owner.publicKey]);
  });

  /** Devices 0 and 1 have earned so much; from then on the limit counts. */
  const earn = async (...amounts: [bigint, bigint]) => {
    earned = amounts;
    tree = await test.epoch(guarded.ledger(...amounts));
    // By halving, later epochs may earn less and less, so that the limit is within the policy's bound.
    for (let epoch = 2; epoch <= 10; epoch++) tree = await test.epoch(guarded.ledger(...amounts));
    await limit(LIMIT);
  };
  const limit = (payoutLimit: bigint, changes: object = {}) => {
    const { address: network, authority } = test;
    const policy = { ...POLICY, payoutLimit, payoutWindowSeconds: Number(WINDOW), ...changes };
    return test.send(setPolicy({ network, authority: authority.publicKey, policy }), [authority]);
  };
  const build = (segments: SettleSegment[], first: number, count: number) => {
    const { mint, address: network } = test;
    const { address } = destination({ owner: guarded.owner.publicKey, mint });
    const data = { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, count) };
    const payees = segments.reduce((sum, segment) => {
      if (segment.kind === 'skip') return sum;
      return sum + (segment.kind === 'each' ? segment.leaves.length : 1);
    }, 0);
    const destinations = new Array<PublicKey>(payees).fill(address);
    return settle({ network, mint, data, destinations });
  };
  const bump = () => destination({ owner: guarded.owner.publicKey, mint: test.mint }).bump;
  /** One device alone. */
  const pay = (device: 0 | 1) =>
    test.send(build([{ kind: 'each', leaves: [{ bump: bump(), earned: earned[device] }] }], device, 1));
  const payFleet = () => test.send(build([{ kind: 'fleet', bump: bump(), earned }], 0, 2));
  const payBoth = () =>
    test.send(
      build([{ kind: 'each', leaves: earned.map((amount) => ({ bump: bump(), earned: amount })) }], 0, 2),
    );
  const slots = async () => {
    const [page] = await fetchPages(test.chain.connection, test.address, [0]);
    return [page!.paid[0]!, page!.paid[1]!];
  };
  const window = async () => (await test.account()).window;
  /** Slots, the owner's balance and the network's sums agree. */
  const expectPaid = async (first: bigint, second: bigint) => {
    expect(await slots()).to.deep.equal([first, second]);
    expect(await test.balance(guarded.owner.publicKey)).to.equal(first + second);
    expect((await test.account()).totalPaid).to.equal(first + second);
  };

  it('begins with the first payment and counts what is paid', async () => {
    await earn(400n, 500n);
    await pay(0);
    const { start } = await window();
    await guarded.expectNow(start);
    await guarded.moveTo(start + 10n);
    await pay(1);
    expect(await window()).to.deep.equal({ start, paid: 900n });
  });

  it('pays exactly the limit, by one run or several', async () => {
    await earn(400n, 600n);
    await payFleet();
    await expectPaid(400n, 600n);
    expect((await window()).paid).to.equal(LIMIT);
  });

  it('refuses a run above the limit whole, of which each device alone is paid', async () => {
    await earn(400n, 601n);
    for (const attempt of [payFleet, payBoth]) await expectError(attempt(), 'payout-limit-reached');
    await expectPaid(0n, 0n);
    await pay(0);
    await expectError(payFleet(), 'payout-limit-reached');
    await pay(1);
    await expectPaid(400n, 600n);
  });

  it('pays a single device in part, window by window, until all is paid', async () => {
    await earn(2_500n, 0n);
    await pay(0);
    await expectPaid(1_000n, 0n);
    const first = (await window()).start;
    await expectError(pay(0), 'payout-limit-reached');

    await guarded.moveTo(first + WINDOW - 1n);
    await expectError(pay(0), 'payout-limit-reached');
    await guarded.moveTo(first + WINDOW);
    await pay(0);
    await expectPaid(2_000n, 0n);
    expect((await window()).start).to.equal(first + WINDOW);

    await guarded.moveTo(first + 2n * WINDOW + 30n);
    await pay(0);
    await expectPaid(2_500n, 0n);
    expect(await window()).to.deep.equal({ start: first + 2n * WINDOW + 30n, paid: 500n });
    await pay(0);
    await expectPaid(2_500n, 0n);
  });

  it('pays a device in part beside what another took of the window', async () => {
    await earn(700n, 800n);
    await pay(0);
    await pay(1);
    await expectPaid(700n, 300n);
    await expectError(pay(1), 'payout-limit-reached');
    await guarded.moveTo((await window()).start + WINDOW);
    await payFleet();
    await expectPaid(700n, 800n);
  });

  it('pays a device of a skipped neighbourhood whole or not at all: only a run of one is paid in part', async () => {
    await earn(1_001n, 1n);
    const [, second] = guarded.ledger(...earned);
    const segments: SettleSegment[] = [
      { kind: 'each', leaves: [{ bump: bump(), earned: 1_001n }] },
      { kind: 'skip', leaves: [ledgerNode({ index: 1, ...second! })] },
    ];
    await expectError(test.send(build(segments, 0, 2)), 'payout-limit-reached');
    await expectPaid(0n, 0n);
  });

  it('pays nothing without an error where nothing is due, even in a window that is used up', async () => {
    await earn(1_000n, 5n);
    await pay(0);
    await pay(0);
    await expectError(pay(1), 'payout-limit-reached');
    await expectPaid(1_000n, 0n);
  });

  it('carries nothing over from a window in which less was paid', async () => {
    await earn(100n, 3_000n);
    await pay(0);
    await guarded.moveTo((await window()).start + 5n * WINDOW);
    await pay(1);
    await expectPaid(100n, 1_000n);
  });

  it('takes a new limit and a new length for the window that has begun', async () => {
    await earn(5_000n, 0n);
    await pay(0);
    const { start } = await window();
    await limit(1_700n);
    await pay(0);
    await expectPaid(1_700n, 0n);
    await limit(1_200n);
    await expectError(pay(0), 'payout-limit-reached');
    await limit(1_200n, { payoutWindowSeconds: 40 });
    await guarded.moveTo(start + 40n - 1n);
    await expectError(pay(0), 'payout-limit-reached');
    await guarded.moveTo(start + 40n);
    await pay(0);
    await expectPaid(2_900n, 0n);
  });

  it('is none where the policy sets no limit', async () => {
    await earn(4_000n, 5_000n);
    await limit(NO_LIMIT);
    await payFleet();
    await expectPaid(4_000n, 5_000n);
    expect((await window()).paid).to.equal(9_000n);
  });
});
