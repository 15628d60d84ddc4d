import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Claim, leafAfter, voids } from '../../../tests/support/network';
import { findFaults, type LedgerEntry } from '../src/network';

const CAP = 1000n;
const owner = (number: number) => new Uint8Array(32).fill(number + 1);
const entryOf = (leaf: { owner: number; earned: bigint }): LedgerEntry => ({
  owner: owner(leaf.owner),
  earned: leaf.earned,
});
const grounds = (claims: readonly Claim[], corrective = false) =>
  findFaults(
    {
      current: claims.flatMap(({ before }) => (before ? [entryOf(before)] : [])),
      pending: claims.map(({ after }) => entryOf(after)),
    },
    {
      devices: claims.map((claim) => ({ owner: owner(claim.owner), retired: claim.retired })),
      deviceEpochCap: CAP,
      corrective,
    },
  ).map((fault) => [fault.index, ...fault.grounds]);

describe('faults of a pending ledger', () => {
  const leaf = fc.record({ owner: fc.nat(2), earned: fc.bigInt(0n, 5n * CAP) });
  const claim = (before: fc.Arbitrary<Claim['before']>): fc.Arbitrary<Claim> =>
    before.chain((known) =>
      fc.record({
        before: fc.constant(known),
        after: leafAfter(known, CAP),
        owner: fc.nat(2),
        retired: known ? fc.boolean() : fc.constant(false),
      }),
    );
  // Devices of the current ledger come first, as their indices do.
  const ledgers = fc
    .tuple(fc.array(claim(leaf), { maxLength: 8 }), fc.array(claim(fc.constant(null)), { maxLength: 4 }))
    .map(([known, fresh]) => [...known, ...fresh]);

  it('are those of the rules, device by device', () => {
    fc.assert(
      fc.property(ledgers, fc.boolean(), (claims, corrective) => {
        const expected = claims.flatMap((one, index) =>
          voids(one, { cap: CAP, corrective }) ? [index] : [],
        );
        expect(grounds(claims, corrective).map(([index]) => index)).to.deep.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('name every ground, and the leaves', () => {
    const before = { owner: 0, earned: 5n };
    const claims: Claim[] = [
      { before, after: { owner: 1, earned: 4n }, owner: 2, retired: false },
      { before, after: { owner: 1, earned: 6n + CAP }, owner: 0, retired: true },
      { before, after: { owner: 1, earned: 5n }, owner: 1, retired: true },
      { before, after: { owner: 0, earned: 6n }, owner: 0, retired: true },
      { before: null, after: { owner: 1, earned: CAP + 1n }, owner: 1, retired: false },
      { before: null, after: { owner: 1, earned: 0n }, owner: 2, retired: false },
    ];
    expect(grounds(claims)).to.deep.equal([
      [0, 'earned-fell', 'wrong-owner'],
      [1, 'above-device-cap', 'earned-retired', 'wrong-owner'],
      [3, 'earned-retired'],
      [4, 'above-device-cap'],
      [5, 'wrong-owner'],
    ]);
    expect(grounds(claims, true)).to.deep.equal([
      [0, 'wrong-owner'],
      [1, 'above-device-cap', 'earned-retired', 'wrong-owner'],
      [3, 'earned-retired'],
      [4, 'above-device-cap'],
      [5, 'wrong-owner'],
    ]);
  });

  it('of owners are not known where the registry was not read that far', () => {
    const ledger = [entryOf({ owner: 1, earned: 5n })];
    const rules = { devices: [], deviceEpochCap: CAP, corrective: false };
    expect(findFaults({ current: [], pending: ledger }, rules)).to.deep.equal([]);
  });
});
