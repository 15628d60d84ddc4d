import { u32 } from '@commonwire/sdk/core';
import { Kind, type Report } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { cellToBoundary, cellToLatLng, cellToParent, gridDisk, latLngToCell } from 'h3-js';
import { kindOf } from '../../src/domain';
import { isInCell } from '../../src/domain/place';
import { GOLDEN, GOLDEN_SPOT, judgeReports, makeDevice, makePolicy, makeReport } from './support';

/** Four bays. */
const bays = makeDevice(0, { kind: Kind.parking, h3Cell: GOLDEN_SPOT, capacity: 4 });

const judge = (changes: Partial<Report>, device = bays) =>
  judgeReports(device, [{ value: 600n, ...changes }])[0];

const name = (cell: bigint) => cell.toString(16);
const id = (cell: string) => BigInt(`0x${cell}`);
const position = (cell: string) => {
  const [latitude, longitude] = cellToLatLng(cell);
  return { latitude: Math.round(latitude * 1e7), longitude: Math.round(longitude * 1e7) };
};

describe('rules of parking', () => {
  it('above-capacity: more seconds than all bays together', () => {
    expect(judge({ value: 3_600n })).to.deep.equal(['accepted', 3_600n]);
    expect(judge({ value: 3_601n })).to.deep.equal(['above-capacity', 0n]);
  });
  it('negative', () => {
    expect(judge({ value: -1n })).to.deep.equal(['negative', 0n]);
    expect(judge({ value: 0n })).to.deep.equal(['accepted', 0n]);
  });

  it('too-many-changes: more than one per bay in 10 s', () => {
    expect(judge({ extra: u32(360) })).to.deep.equal(['accepted', 600n]);
    expect(judge({ extra: u32(361) })).to.deep.equal(['too-many-changes', 0n]);
    expect(judge({ extra: u32(0xffff_ffff) })).to.deep.equal(['too-many-changes', 0n]);
    const policy = makePolicy({ parking: { change_seconds: 60 } });
    const at = (changes: number) => judgeReports(bays, [{ value: 600n, extra: u32(changes) }], { policy })[0];
    expect([at(60), at(61)]).to.deep.equal([
      ['accepted', 600n],
      ['too-many-changes', 0n],
    ]);
  });
  it('bad-extra: anything other than a count', () => {
    for (const length of [1, 3, 5, 255]) {
      expect(judge({ extra: new Uint8Array(length) })).to.deep.equal(['bad-extra', 0n]);
    }
  });

  it('no-place: no cell, or one of more than 10 m', () => {
    expect(judge({}, { ...bays, h3Cell: 0n })).to.deep.equal(['no-place', 0n]);
    const large = id(cellToParent(name(GOLDEN_SPOT), 11));
    expect(judge({}, { ...bays, h3Cell: large })).to.deep.equal(['no-place', 0n]);
  });
  it('treats a smaller cell as the cell of 10 m around it', () => {
    const small = id(latLngToCell(GOLDEN.latitude, GOLDEN.longitude, 15));
    expect(judge({}, { ...bays, h3Cell: small })).to.deep.equal(['accepted', 600n]);
  });
  it('away-from-cell: a position in the next cell', () => {
    for (const cell of gridDisk(name(GOLDEN_SPOT), 1)) {
      const own = cell === name(GOLDEN_SPOT);
      expect(judge(position(cell))).to.deep.equal(own ? ['accepted', 600n] : ['away-from-cell', 0n]);
    }
  });
  it('every place is in its own cell and not in the middle of the next, all over the globe', () => {
    const place = fc.record({
      latitude: fc.integer({ min: -899_999_999, max: 899_999_999 }),
      longitude: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
    });
    const degrees = ({ latitude, longitude }: ReturnType<typeof position>) => {
      return { latitude: latitude / 1e7, longitude: longitude / 1e7 };
    };
    fc.assert(
      fc.property(place, (at) => {
        const { latitude, longitude } = degrees(at);
        const cell = latLngToCell(latitude, longitude, 12);
        expect(isInCell({ latitude, longitude }, id(cell))).to.equal(true);
        const corners = cellToBoundary(cell).map(([north, east]) => ({ latitude: north, longitude: east }));
        expect(corners.filter((corner) => !isInCell(corner, id(cell)))).to.deep.equal([]);
        const others = gridDisk(cell, 1).filter((other) => other !== cell);
        expect(others.filter((other) => isInCell(degrees(position(other)), id(cell)))).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
  });

  it('never counts more than all bays together, whatever is sent', () => {
    const rules = kindOf(Kind.parking)!;
    const policy = makePolicy();
    const value = fc.oneof(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), fc.bigInt(-10n, 20_000n));
    const seconds = fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * 60);
    fc.assert(
      fc.property(value, seconds, fc.uint8Array({ maxLength: 6 }), (value, seconds, extra) => {
        const report = makeReport(bays, { value, seconds, extra });
        if (rules.check(report, bays, policy)) return;
        const score = rules.score(report);
        expect(score >= 0n && score <= BigInt(seconds) * 4n).to.equal(true);
      }),
    );
  });
});
