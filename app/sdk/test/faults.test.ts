import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Claim, leafAfter, voids } from '../../../tests/support/network';
import { changedOwners, findFaults, type LedgerEntry } from '../src/network';

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
      records: new Map(
        claims.flatMap(({ recorded }, index) => (recorded === null ? [] : [[index, owner(recorded)]])),
      ),
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
        recorded: known ? fc.option(fc.nat(2)) : fc.constant(null),
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
    const claims: Claim[] = [
      { before: { owner: 0, earned: 5n }, after: { owner: 1, earned: 4n }, recorded: 2 },
      { before: { owner: 0, earned: 5n }, after: { owner: 1, earned: 6n + CAP }, recorded: null },
      { before: { owner: 0, earned: 5n }, after: { owner: 1, earned: 5n }, recorded: 1 },
      { before: null, after: { owner: 1, earned: CAP + 1n }, recorded: null },
    ];
    expect(grounds(claims)).to.deep.equal([
      [0, 'earned-fell', 'wrong-owner'],
      [1, 'above-device-cap', 'wrong-owner'],
      [3, 'above-device-cap'],
    ]);
    expect(grounds(claims, true)).to.deep.equal([
      [1, 'above-device-cap'],
      [3, 'above-device-cap'],
    ]);
  });

  it('need the records of the devices whose owner changed, and of no other', () => {
    const current = [0, 0, 1].map((number) => entryOf({ owner: number, earned: 1n }));
    const pending = [0, 1, 1, 2].map((number) => entryOf({ owner: number, earned: 2n }));
    expect(changedOwners({ current, pending })).to.deep.equal([1]);
  });
});
