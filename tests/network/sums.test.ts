import {
  destination,
  fetchPages,
  type LedgerEntry,
  type LedgerTree,
  ledgerLeaf,
  type SettleSegment,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { fund } from '../support/chain';
import { EMISSION, networkChain, POLICY, TestNetwork } from '../support/network';

const DEVICES = 9;
const OWNERS = 3;

/** One step of a network's life: an epoch in which devices earn, or somebody settling a run. */
type Step =
  | { kind: 'epoch'; gains: number[] }
  | { kind: 'settle'; first: number; count: number; skip: boolean[]; fleets: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('epoch' as const),
    gains: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: DEVICES, maxLength: DEVICES }),
  }),
  fc.record({
    kind: fc.constant('settle' as const),
    first: fc.integer({ min: 0, max: DEVICES - 1 }),
    count: fc.integer({ min: 1, max: DEVICES }),
    skip: fc.array(fc.boolean(), { minLength: DEVICES, maxLength: DEVICES }),
    fleets: fc.boolean(),
  }),
);

describe('sums over any sequence of epochs and settlements', () => {
  let owners: Keypair[];

  before(async () => {
    const { connection } = await networkChain();
    owners = await Promise.all(Array.from({ length: OWNERS }, () => fund(connection, 1)));
  });

  it('add up: slots, balances, what is paid, what is earned and what exists', async function () {
    this.timeout(120_000);
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), live), {
      numRuns: 8,
      endOnFailure: true,
    });
  });

  /** Devices of one owner are neighbours, so that runs hold fleets as well. */
  const ownerOf = (index: number) => owners[Math.floor((index * OWNERS) / DEVICES)]!;

  async function live(steps: readonly Step[]): Promise<void> {
    const network = await TestNetwork.create(await networkChain());
    await network.register(Array.from({ length: DEVICES }, (_, index) => ownerOf(index)));
    await network.openPage();
    await network.openAccounts(owners.map((owner) => owner.publicKey));
    let entries: LedgerEntry[] = Array.from({ length: DEVICES }, (_, index) => ({
      owner: ownerOf(index).publicKey.toBytes(),
      earned: 0n,
    }));
    let tree = await network.epoch(entries);
    for (const next of steps) {
      if (next.kind === 'epoch') {
        entries = entries.map((entry, index) => ({
          ...entry,
          earned: entry.earned + BigInt(next.gains[index]!),
        }));
        tree = await network.epoch(entries);
      } else {
        await network.send(settlement(network, tree, entries, next));
      }
      await check(network, entries);
    }
  }

  function settlement(
    { address, mint }: TestNetwork,
    tree: LedgerTree,
    entries: readonly LedgerEntry[],
    { first, count, skip, fleets }: Extract<Step, { kind: 'settle' }>,
  ) {
    const end = Math.min(first + count, DEVICES);
    const segments: SettleSegment[] = [];
    const owned: Keypair[] = [];
    for (let at = first; at < end; ) {
      let next = at + 1;
      const owner = ownerOf(at);
      const { bump } = destination({ owner: owner.publicKey, mint });
      if (skip[at]) {
        segments.push({ kind: 'skip', leaves: [ledgerLeaf({ index: at, ...entries[at]! })] });
      } else if (fleets) {
        while (next < end && ownerOf(next) === owner && !skip[next]) next += 1;
        segments.push({ kind: 'fleet', bump, earned: entries.slice(at, next).map(({ earned }) => earned) });
        owned.push(owner);
      } else {
        segments.push({ kind: 'each', leaves: [{ bump, earned: entries[at]!.earned }] });
        owned.push(owner);
      }
      at = next;
    }
    return settle({
      network: address,
      mint,
      data: { first, width: settleWidth(segments), segments, proof: tree.proveRun(first, end - first) },
      destinations: owned.map((owner) => destination({ owner: owner.publicKey, mint }).address),
    });
  }

  async function check(network: TestNetwork, entries: readonly LedgerEntry[]): Promise<void> {
    const { current, totalPaid, deviceEarnedMax } = await network.account();
    const [page] = await fetchPages(network.chain.connection, network.address, [0]);
    const slots = [...page!.paid.slice(0, DEVICES)];
    const balances = await Promise.all(owners.map((owner) => network.balance(owner.publicKey)));
    const vault = await network.balance(network.address);
    const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

    expect(sum(slots), 'slots are what was paid').to.equal(totalPaid);
    expect(sum(balances), 'owners hold what was paid').to.equal(totalPaid);
    expect(vault, 'the vault holds the rest').to.equal(current.earnedTotal - totalPaid);
    expect(sum(entries.map(({ earned }) => earned))).to.equal(current.earnedTotal);
    expect(current.earnedTotal <= EMISSION.epochCap * current.epoch, 'earned stays within the cap').to.equal(
      true,
    );
    expect(deviceEarnedMax).to.equal(POLICY.deviceEpochCap * current.epoch);
    for (const [index, paid] of slots.entries()) {
      expect(paid <= entries[index]!.earned, `device ${index} is never paid more than it earned`).to.equal(
        true,
      );
    }
  }
});
