import {
  destination,
  fetchPages,
  type LedgerEntry,
  LedgerTree,
  ledgerNode,
  nodeOf,
  postEpoch,
  type SettleSegment,
  settle,
  settleWidth,
  sumOf,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { expectError, fund } from '../support/chain';
import { EMISSION, networkChain, POLICY, TestNetwork } from '../support/network';

const DEVICES = 9;
const OWNERS = 3;

/** One step of a network's life: an epoch in which devices earn, or somebody settling a run. */
type Step =
  | { kind: 'epoch'; gains: number[]; hidden: boolean[] }
  | { kind: 'settle'; first: number; count: number; skip: boolean[]; fleets: boolean; forge: Forge };

/** What a hostile caller forges: the sum of a node that is given as it is, or the sums of two leaves, whose total stays. */
type Forge = 'nothing' | 'sibling' | 'leaves';

const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: DEVICES, maxLength: DEVICES });
const seldom = fc.nat(5).map((choice) => choice === 5);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('epoch' as const),
    gains: each(fc.integer({ min: 0, max: 1_000_000 })),
    hidden: each(seldom),
  }),
  fc.record({
    kind: fc.constant('settle' as const),
    first: fc.integer({ min: 0, max: DEVICES - 1 }),
    count: fc.integer({ min: 1, max: DEVICES }),
    skip: each(fc.boolean()),
    fleets: fc.boolean(),
    forge: fc.constantFrom<Forge>('nothing', 'nothing', 'sibling', 'leaves'),
  }),
);

/** A ledger, and the devices of whose leaves a dishonest committee posted only garbage of the same sum. */
interface Posted {
  tree: LedgerTree;
  entries: readonly LedgerEntry[];
  hidden: readonly boolean[];
}

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
    const first = Array.from({ length: DEVICES }, (_, index) => ({
      owner: ownerOf(index).publicKey.toBytes(),
      earned: 0n,
    }));
    let posted = await epoch(network, first, Array(DEVICES).fill(false));
    for (const next of steps) {
      if (next.kind === 'epoch') {
        const entries = posted.entries.map((entry, index) => ({
          ...entry,
          earned: entry.earned + BigInt(next.gains[index]!),
        }));
        posted = await epoch(network, entries, next.hidden);
      } else {
        const { instruction, forged, claims } = settlement(network, posted, next);
        if (forged) await expectError(network.send(instruction), await refusal(network, claims));
        else await network.send(instruction);
      }
      await check(network, posted);
    }
  }

  async function epoch(
    network: TestNetwork,
    entries: readonly LedgerEntry[],
    hidden: readonly boolean[],
  ): Promise<Posted> {
    const leaves = entries.map((entry, index) =>
      hidden[index] ? nodeOf(entry.earned, new Uint8Array(32).fill(0xee)) : ledgerNode({ index, ...entry }),
    );
    const tree = LedgerTree.fromLeaves(leaves);
    await network.cut();
    await network.send(postEpoch(network.address, network.sign(await network.messageOf(tree))));
    await network.promote();
    return { tree, entries, hidden };
  }

  function settlement(
    { address, mint }: TestNetwork,
    { tree, entries, hidden }: Posted,
    { first, count, skip, fleets, forge }: Extract<Step, { kind: 'settle' }>,
  ) {
    const end = Math.min(first + count, DEVICES);
    const segments: SettleSegment[] = [];
    const owned: Keypair[] = [];
    const isSkipped = (index: number) => skip[index]! || hidden[index]!;
    const paid = [...Array(end - first).keys()].map((at) => first + at).filter((index) => !isSkipped(index));
    // The last of the run that is paid gives what it has to the first.
    const [to, from] = [paid[0], paid.at(-1)];
    const moves = forge === 'leaves' && to !== undefined && from !== to && entries[from!]!.earned > 0n;
    const earnedOf = (index: number): bigint => {
      const { earned } = entries[index]!;
      if (!moves || (index !== to && index !== from)) return earned;
      return index === to ? earned + 1n : earned - 1n;
    };
    for (let at = first; at < end; ) {
      let next = at + 1;
      const owner = ownerOf(at);
      const { bump } = destination({ owner: owner.publicKey, mint });
      if (isSkipped(at)) {
        segments.push({ kind: 'skip', leaves: [tree.leaf(at)] });
      } else if (fleets) {
        while (next < end && ownerOf(next) === owner && !isSkipped(next)) next += 1;
        const earned = [...Array(next - at).keys()].map((i) => earnedOf(at + i));
        segments.push({ kind: 'fleet', bump, earned });
        owned.push(owner);
      } else {
        segments.push({ kind: 'each', leaves: [{ bump, earned: earnedOf(at) }] });
        owned.push(owner);
      }
      at = next;
    }
    const proof = tree.proveRun(first, end - first);
    const [sibling] = proof;
    const lies = forge === 'sibling' && sibling !== undefined;
    if (lies) proof[0] = nodeOf(sumOf(sibling) + 1n, sibling.slice(8));
    const instruction = settle({
      network: address,
      mint,
      data: { first, width: settleWidth(segments), segments, proof },
      destinations: owned.map((owner) => destination({ owner: owner.publicKey, mint }).address),
    });
    const claims = paid.map((index) => ({ index, earned: earnedOf(index) }));
    return { instruction, forged: moves || lies, claims };
  }

  /** Why forged claims are refused: for themselves, or because nothing proves them. */
  async function refusal(
    network: TestNetwork,
    claims: readonly { index: number; earned: bigint }[],
  ): Promise<string> {
    const { deviceEarnedMax } = await network.account();
    const [page] = await fetchPages(network.chain.connection, network.address, [0]);
    for (const { index, earned } of claims) {
      if (earned > deviceEarnedMax) return 'above-device-cap';
      if (earned < page!.paid[index]!) return 'earned-below-paid';
    }
    return 'bad-proof';
  }

  async function check(network: TestNetwork, { entries }: Posted): Promise<void> {
    const { current, totalPaid, mintedTotal, deviceEarnedMax } = await network.account();
    const [page] = await fetchPages(network.chain.connection, network.address, [0]);
    const slots = [...page!.paid.slice(0, DEVICES)];
    const balances = await Promise.all(owners.map((owner) => network.balance(owner.publicKey)));
    const vault = await network.balance(network.address);
    const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

    expect(sum(slots), 'slots are what was paid').to.equal(totalPaid);
    expect(sum(balances), 'owners hold what was paid').to.equal(totalPaid);
    expect(vault, 'the vault holds the rest').to.equal(current.earnedTotal - totalPaid);
    expect(mintedTotal, 'what was minted was earned').to.equal(current.earnedTotal);
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
