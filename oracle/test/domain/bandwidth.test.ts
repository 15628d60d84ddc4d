import { concat, u64 } from '@commonwire/sdk/core';
import { Kind, type Report } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { kindOf } from '../../src/domain';
import { GOLDEN_SPOT, judgeReports, makeDevice, makePolicy, makeReport, northOf } from './support';

/** A link of 1 Mbit/s. */
const link = makeDevice(0, { kind: Kind.bandwidth, h3Cell: GOLDEN_SPOT, capacity: 1_000 });
const CENTRE = northOf(GOLDEN_SPOT, 0);
/** The most bytes that the link carries in a report's 900 s. */
const MOST = 1_000n * 125n * 900n;
const U64 = (1n << 64n) - 1n;

const judge = (changes: Partial<Report>, device = link) =>
  judgeReports(device, [{ ...CENTRE, value: 1_000n, ...changes }])[0];

const counters = (before: bigint, after: bigint) => concat(u64(before), u64(after));

describe('rules of bandwidth', () => {
  it('above-capacity: more bytes than the link can carry', () => {
    expect(judge({ value: MOST })).to.deep.equal(['accepted', MOST]);
    expect(judge({ value: MOST + 1n })).to.deep.equal(['above-capacity', 0n]);
    expect(judge({ value: MOST / 15n + 1n, seconds: 60 })).to.deep.equal(['above-capacity', 0n]);
  });
  it('negative', () => {
    expect(judge({ value: -1n })).to.deep.equal(['negative', 0n]);
    expect(judge({ value: 0n })).to.deep.equal(['accepted', 0n]);
  });
  it('no-place: no cell', () => {
    expect(judge({}, { ...link, h3Cell: 0n })).to.deep.equal(['no-place', 0n]);
  });

  it('counts in full up to 300 m, by a quarter up to 400 m, and not beyond', () => {
    const at = (metres: number) => judge({ value: 1_003n, ...northOf(GOLDEN_SPOT, metres) });
    expect(at(299.9)).to.deep.equal(['accepted', 1_003n]);
    expect(at(300.1)).to.deep.equal(['accepted far-from-cell', 250n]);
    expect(at(399.9)).to.deep.equal(['accepted far-from-cell', 250n]);
    expect(at(400.1)).to.deep.equal(['away-from-cell', 0n]);
    expect(at(4_000_000)).to.deep.equal(['away-from-cell', 0n]);
  });
  it('uses the distances and the share from the policy', () => {
    const policy = makePolicy({
      bandwidth: { full_metres: 10, reduced_metres: 20, reduced_ppm: 500_000 },
    });
    const at = (metres: number) =>
      judgeReports(link, [{ value: 1_000n, ...northOf(GOLDEN_SPOT, metres) }], { policy })[0];
    expect([at(9), at(15), at(25)]).to.deep.equal([
      ['accepted', 1_000n],
      ['accepted far-from-cell', 500n],
      ['away-from-cell', 0n],
    ]);
  });

  describe('counters', () => {
    it('above-counter: more bytes than their growth', () => {
      expect(judge({ extra: counters(5_000n, 6_000n) })).to.deep.equal(['accepted', 1_000n]);
      expect(judge({ extra: counters(5_000n, 5_999n) })).to.deep.equal(['above-counter', 0n]);
    });
    it('a counter that fell was reset: counts what it shows since, not a negative or huge number', () => {
      expect(judge({ extra: counters(U64, 1_000n) })).to.deep.equal(['accepted', 1_000n]);
      expect(judge({ extra: counters(U64, 999n) })).to.deep.equal(['above-counter', 0n]);
      expect(judge({ extra: counters(5_000n, 0n), value: 0n })).to.deep.equal(['accepted', 0n]);
    });
    it('handles a wrapping 32-bit counter in the same way', () => {
      const wrapped = counters((1n << 32n) - 500n, 500n);
      expect(judge({ extra: wrapped })).to.deep.equal(['above-counter', 0n]);
      expect(judge({ extra: wrapped, value: 500n })).to.deep.equal(['accepted', 500n]);
    });
    it('bad-extra: anything other than two counters', () => {
      for (const length of [1, 8, 15, 17, 255]) {
        expect(judge({ extra: new Uint8Array(length) })).to.deep.equal(['bad-extra', 0n]);
      }
    });
  });

  it('never counts more than the link can carry or its counters show, whatever is sent', () => {
    const rules = kindOf(Kind.bandwidth)!;
    const policy = makePolicy();
    const anything = fc.record({
      value: fc.oneof(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), fc.bigInt(0n, 2n * MOST)),
      seconds: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * 60),
      before: fc.bigInt(0n, U64),
      after: fc.bigInt(0n, U64),
      metres: fc.integer({ min: 0, max: 1_000 }),
    });
    fc.assert(
      fc.property(anything, ({ value, seconds, before, after, metres }) => {
        const extra = counters(before, after);
        const report = makeReport(link, { value, seconds, extra, ...northOf(GOLDEN_SPOT, metres) });
        const finding = rules.check(report, link, policy);
        if (finding && finding.outcome !== 'reduced') return;
        const score = rules.score(report);
        expect(score >= 0n && score <= 125_000n * BigInt(seconds)).to.equal(true);
        expect(score <= (after < before ? after : after - before)).to.equal(true);
      }),
    );
  });
});
