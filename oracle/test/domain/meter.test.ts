import { concat, u32 } from '@commonwire/sdk/core';
import {
  balanceOf,
  decodeRegisters,
  encodeRegisters,
  Kind,
  type Registers,
  type Report,
} from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { beyondPanels, kindOf } from '../../src/domain';
import {
  GOLDEN,
  GOLDEN_SPOT,
  judgeReports,
  makeDevice,
  makePolicy,
  makeReport,
  NOON,
  northOf,
} from './support';

/** A connection of 11 kW: 2,750 Wh in a quarter of an hour. */
const meter = makeDevice(0, { kind: Kind.meter, h3Cell: GOLDEN_SPOT, capacity: 11_000 });
const MOST = 2_750;
const CENTRE = northOf(GOLDEN_SPOT, 0);

const reported = (exported: number, imported: number): Pick<Report, 'value' | 'extra'> => ({
  value: balanceOf({ exported, imported }),
  extra: encodeRegisters({ exported, imported }),
});
const judge = (changes: Partial<Report>, device = meter) =>
  judgeReports(device, [{ ...CENTRE, ...changes }])[0];

describe('rules of meters', () => {
  it('accepts what passed either way, and lets it earn nothing', () => {
    expect(judge(reported(1_200, 0))).to.deep.equal(['accepted', 0n]);
    expect(judge(reported(0, 1_200))).to.deep.equal(['accepted', 0n]);
    expect(judge(reported(300, 40))).to.deep.equal(['accepted', 0n]);
    expect(judge(reported(0, 0))).to.deep.equal(['accepted', 0n]);
  });
  it('above-capacity: more than the connection carries, in either register by itself', () => {
    expect(judge(reported(MOST, MOST))).to.deep.equal(['accepted', 0n]);
    expect(judge(reported(0, MOST + 1))).to.deep.equal(['above-capacity', 0n]);
    expect(judge(reported(MOST + 1, 0))).to.deep.equal(['above-capacity', 0n]);
    expect(judge(reported(MOST + 1, MOST + 1))).to.deep.equal(['above-capacity', 0n]);
    // 183.3 Wh in a minute: the register may complete the last one.
    expect(judge({ ...reported(0, 184), seconds: 60 })).to.deep.equal(['accepted', 0n]);
    expect(judge({ ...reported(0, 185), seconds: 60 })).to.deep.equal(['above-capacity', 0n]);
  });
  it('wrong-balance: a value that the registers contradict', () => {
    for (const value of [901n, 899n, -900n, 0n])
      expect(judge({ ...reported(1_000, 100), value })).to.deep.equal(['wrong-balance', 0n]);
  });
  it('bad-extra: anything but two registers', () => {
    for (const extra of [0, 4, 7, 9, 255].map((length) => new Uint8Array(length)))
      expect(judge({ value: 0n, extra })).to.deep.equal(['bad-extra', 0n]);
  });
  it('no-place, away-from-cell', () => {
    expect(judge(reported(1, 0), { ...meter, h3Cell: 0n })).to.deep.equal(['no-place', 0n]);
    expect(judge({ ...reported(1, 0), ...northOf(GOLDEN_SPOT, 10_100) })).to.deep.equal([
      'away-from-cell',
      0n,
    ]);
  });
  it('conflict: a quarter that is reported twice counts neither way', () => {
    const twice = [reported(100, 0), reported(200, 0)].map((one, i) => ({
      ...CENTRE,
      ...one,
      sequence: BigInt(NOON / 60 + i),
    }));
    expect(judgeReports(meter, twice)).to.deep.equal([
      ['conflict', 0n],
      ['conflict', 0n],
    ]);
  });

  it('registers of a report: read as written, and nothing else is read', () => {
    expect(encodeRegisters({ exported: 1, imported: 0xffff_ffff })).to.deep.equal(
      concat(u32(1), u32(0xffff_ffff)),
    );
    const register = fc.nat({ max: 0xffff_ffff });
    fc.assert(
      fc.property(fc.record({ exported: register, imported: register }), (registers: Registers) => {
        expect(decodeRegisters(encodeRegisters(registers))).to.deep.equal(registers);
        expect(balanceOf(registers)).to.equal(BigInt(registers.exported) - BigInt(registers.imported));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
        expect(decodeRegisters(bytes) !== undefined).to.equal(bytes.length === 8);
      }),
    );
  });

  it('exports no more than the panels behind it can, as for their own reports', () => {
    const policy = makePolicy();
    const panels = { capacity: 6_000, ...GOLDEN };
    const array = makeDevice(0, { capacity: 6_000 });
    for (const start of [NOON, NOON - 6 * 3_600, NOON + 12 * 3_600])
      for (const exported of [0n, 1n, 2n, 500n, 1_900n, 2_400n]) {
        const beyond = beyondPanels({ start, seconds: 900, exported }, panels, policy);
        const value = exported === 0n ? 0n : exported - 1n;
        const finding = kindOf(Kind.energy)!.check(makeReport(array, { start, value }), array, policy);
        // What an array draws itself passes no meter outwards.
        if (finding?.reason === 'own-draw' || finding?.reason === 'above-capacity') continue;
        expect(beyond, `${start} ${exported}`).to.equal(finding?.reason);
      }
    expect(beyondPanels({ start: NOON, seconds: 900, exported: 1_500n }, panels, policy)).to.equal(undefined);
    expect(beyondPanels({ start: NOON + 43_200, seconds: 900, exported: 500n }, panels, policy)).to.equal(
      'sun-at-night',
    );
  });
});
