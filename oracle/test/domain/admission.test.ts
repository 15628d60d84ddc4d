import { concat } from '@commonwire/sdk/core';
import { encodeReport, type Report } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { admit, type ReasonCode, reasons, type SignedReport } from '../../src/domain';
import {
  address,
  DAY,
  GOLDEN_CELL,
  HOUR,
  identity,
  MINUTE,
  makeDevice,
  makePolicy,
  makeReport,
  NOON,
  registryOf,
  sign,
  signed,
} from './support';

const device = makeDevice(0);
const another = makeDevice(1);
const nowhere = makeDevice(2, { h3Cell: 0n });
const keyless = makeDevice(3, { keyType: 9 });
const registry = registryOf([device, another, nowhere, keyless]).in(1);
const policy = makePolicy();
const MIDNIGHT = NOON - 12 * HOUR;

function judge(report: SignedReport, receivedAt = (NOON + HOUR) * 1000) {
  return admit({ signed: report, registry, network: identity.network, policy, receivedAt });
}

function expectRefusal(report: SignedReport, code: ReasonCode, evidence: boolean, receivedAt?: number): void {
  const answer = judge(report, receivedAt);
  expect(answer).to.include({ ok: false, code, evidence });
  expect(reasons).to.have.property(code);
}

const refusedFor = (code: ReasonCode, changes: Partial<Report>) =>
  expectRefusal(signed(device, changes), code, false);
const evidenceFor = (code: ReasonCode, changes: Partial<Report>, by = device) =>
  expectRefusal(signed(by, changes), code, true, ((changes.start ?? NOON) + HOUR) * 1000);

describe('admission', () => {
  it('admits an honest report and returns its device', () => {
    const answer = judge(signed(device));
    expect(answer.ok).to.equal(true);
    if (answer.ok) expect([answer.device.index, answer.report.value]).to.deep.equal([0, 1000n]);
  });

  describe('malformed: refused without evidence', () => {
    const bytes = encodeReport(makeReport(device));
    it('oversized', () => {
      expectRefusal({ report: 'A'.repeat(600), signature: '' }, 'oversized', false);
      expectRefusal({ report: Buffer.alloc(383).toString('base64'), signature: '' }, 'oversized', false);
    });
    it('bad-encoding: not base64, not canonical base64, the same for the signature', () => {
      const good = sign(device, bytes);
      expectRefusal({ ...good, report: '***' }, 'bad-encoding', false);
      expectRefusal({ ...good, report: `${good.report}\n` }, 'bad-encoding', false);
      expectRefusal({ ...good, signature: good.signature.replace(/=*$/, '') }, 'bad-encoding', false);
    });
    it('wrong-length: truncated, trailing bytes, empty', () => {
      expectRefusal(sign(device, bytes.subarray(0, 125)), 'wrong-length', false);
      expectRefusal(sign(device, concat(bytes, Uint8Array.of(0))), 'wrong-length', false);
      expectRefusal({ report: '', signature: '' }, 'wrong-length', false);
    });
    it('bad-domain', () => {
      const other = Buffer.from(bytes);
      other.write('commonwire:epoch:v1 ');
      expectRefusal(sign(device, other), 'bad-domain', false);
    });
    it('out-of-range: a latitude beyond the pole', () => {
      const other = Buffer.from(bytes);
      other.writeInt32LE(900_000_001, bytes.length - 9);
      expectRefusal(sign(device, other), 'out-of-range', false);
    });
    it('bad-network', () => refusedFor('bad-network', { network: address('another') }));
    it('unknown-device', () => refusedFor('unknown-device', { index: 4 }));
    it('wrong-owner', () => refusedFor('wrong-owner', { owner: address('thief') }));
    it('wrong-kind', () => refusedFor('wrong-kind', { kind: 3 }));
    it('unsupported-kind', () => {
      const other = Buffer.from(bytes);
      other[bytes.length - 18] = 200;
      expectRefusal(sign(device, other), 'unsupported-kind', false);
    });
    it('bad-signature: by a different key, for different bytes, empty, unknown key type', () => {
      expectRefusal(sign(makeDevice(0, { key: 'thief' }), bytes), 'bad-signature', false);
      const { signature } = signed(device, { value: 1n });
      expectRefusal({ ...sign(device, bytes), signature }, 'bad-signature', false);
      expectRefusal({ ...sign(device, bytes), signature: '' }, 'bad-signature', false);
      expectRefusal(signed(keyless), 'bad-signature', false);
    });
  });

  describe('time: refused without evidence', () => {
    it('start-in-future: more than 5 minutes ahead', () => {
      expect(judge(signed(device), (NOON - 5 * MINUTE) * 1000).ok).to.equal(true);
      expectRefusal(signed(device), 'start-in-future', false, (NOON - 5 * MINUTE) * 1000 - 1);
    });
    it('too-old: more than 36 hours', () => {
      expect(judge(signed(device), (NOON + 36 * HOUR) * 1000).ok).to.equal(true);
      expectRefusal(signed(device), 'too-old', false, (NOON + 36 * HOUR) * 1000 + 1);
    });
    it('not-whole-minutes: start or length', () => {
      refusedFor('not-whole-minutes', { start: NOON + 1 });
      refusedFor('not-whole-minutes', { seconds: 61 });
    });
    it('too-short', () => refusedFor('too-short', { seconds: 0 }));
    it('too-long', () => refusedFor('too-long', { seconds: 3660 }));
  });

  describe('energy: refused as evidence', () => {
    it('no-place', () => evidenceFor('no-place', {}, nowhere));
    it('away-from-cell: the sun of a different place', () => evidenceFor('away-from-cell', { longitude: 0 }));
    it('negative', () => evidenceFor('negative', { value: -100n }));
    it('above-capacity', () => evidenceFor('above-capacity', { value: 2026n }));
    it('above-clear-sky: full power an hour after sunrise', () =>
      evidenceFor('above-clear-sky', { start: NOON - 6 * HOUR - 30 * MINUTE, value: 1500n }));
    it('sun-at-night', () => evidenceFor('sun-at-night', { start: MIDNIGHT, value: 500n }));
  });

  describe("energy: a device's own consumption is admitted and counts as zero at close", () => {
    for (const value of [-1n, 5n, 0n]) {
      it(`${value} Wh at night`, () => {
        expect(judge(signed(device, { start: MIDNIGHT, value }), (MIDNIGHT + DAY) * 1000).ok).to.equal(true);
      });
    }
  });

  it('lets a short interval exceed a clear sky, as at the edge of a cloud', () => {
    const start = NOON - 6 * HOUR;
    const minute = { start, seconds: 60, value: 90n };
    expect(judge(signed(device, minute)).ok).to.equal(true);
    expectRefusal(signed(device, { start, seconds: 900, value: 90n * 15n }), 'above-clear-sky', true);
  });

  it('never throws, whatever is sent', () => {
    const { report, signature } = signed(device);
    const bytes = Buffer.from(report, 'base64');
    const spoiled = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, value]) => {
      const copy = Buffer.from(bytes);
      copy[at] = value;
      return copy.toString('base64');
    });
    const anything = fc.oneof(spoiled, fc.string(), fc.base64String(), fc.constant(report));
    fc.assert(
      fc.property(anything, fc.oneof(fc.constant(signature), fc.string(), fc.base64String()), (text, by) => {
        const answer = judge({ report: text, signature: by });
        expect(answer.ok).to.equal(text === report && by === signature);
      }),
      { numRuns: 500 },
    );
  });

  it('does not let a device gain from rounding to whole Wh', () => {
    const tiny = makeDevice(0, { capacity: 30 });
    const answer = admit({
      signed: signed(tiny, { seconds: 60, value: 1n }),
      registry: registryOf([tiny]).in(1),
      network: identity.network,
      policy,
      receivedAt: (NOON + HOUR) * 1000,
    });
    expect(answer).to.include({ ok: false, code: 'above-capacity' });
  });

  it('judges the place by the registered cell, wherever it is', () => {
    expect(GOLDEN_CELL > 0n).to.equal(true);
    const near = Math.round((39.742 + 0.05) * 1e7);
    expect(judge(signed(device, { latitude: near })).ok).to.equal(true);
  });
});
