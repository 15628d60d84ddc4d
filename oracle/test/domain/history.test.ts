import type { Report } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { close, type SignedReport, type Verdict } from '../../src/domain';
import {
  closeAll,
  closeInput,
  HOUR,
  MINUTE,
  makeDevice,
  makeLog,
  makePolicy,
  NOON,
  registryOf,
  signed,
} from './support';

const QUARTER = 15 * MINUTE;
const device = makeDevice(0);
const other = makeDevice(1);
const registry = registryOf([device, other]);

/** A report of `device` whose interval starts a number of quarters of an hour after noon. */
const at = (quarters: number, changes: Partial<Report> = {}): SignedReport =>
  signed(device, { start: NOON + quarters * QUARTER, ...changes });

const codes = (verdicts: readonly Verdict[]) => verdicts.map(({ outcome, reasons }) => reasons[0] ?? outcome);

/** Returns the verdicts of each epoch, in order of start. */
const judged = (...epochs: SignedReport[][]) =>
  closeAll(registry, epochs).map(({ verdicts }) => codes(verdicts));

describe('history of a device', () => {
  it('duplicate: the same bytes again, within an epoch and in a later one', () => {
    // Two oracles have it, one of them twice.
    const logs = [0, 1].map((oracle) =>
      makeLog(oracle, 1, [{ at: NOON + HOUR, reports: [at(0), at(0)] }], { sealed: NOON + HOUR }),
    );
    const first = close(closeInput(registry, [], { logs }));
    const second = close(closeInput(registry, [at(0)], { previous: first.next }));
    expect(codes(first.verdicts)).to.deep.equal(['accepted']);
    expect(first.totals).to.include({ accepted: 1, duplicate: 1 });
    expect(codes(second.verdicts)).to.deep.equal(['duplicate']);
    expect(second.totals).to.include({ accepted: 0, duplicate: 1, rejected: 0 });
    expect(second.earnedTotal).to.equal(first.earnedTotal);
  });

  it('duplicate: the same bytes signed again are the same report', () => {
    const copy = at(0);
    const forged = { ...copy, signature: at(1).signature };
    const logs = [forged, copy].map((report, oracle) =>
      makeLog(oracle, 1, [{ at: NOON + HOUR, reports: [report] }], { sealed: NOON + HOUR }),
    );
    const { totals } = close(closeInput(registry, [], { logs }));
    expect(totals).to.deep.include({ accepted: 1, duplicate: 0, refused_by_code: { 'bad-signature': 1 } });
  });

  describe('conflict: different bytes for a claimed minute', () => {
    it('pays neither of two readings of the same interval', () => {
      const { verdicts, earnedTotal } = close(closeInput(registry, [at(0), at(0, { value: 900n })]));
      expect(codes(verdicts)).to.deep.equal(['conflict', 'conflict']);
      expect(earnedTotal).to.equal(0n);
    });
    it('pays none of three readings of which two overlap the third, but pays those that only touch them', () => {
      const long = at(0, { seconds: 3 * QUARTER, value: 2900n });
      expect(judged([long, at(0), at(2), at(3)])[0]).to.deep.equal([
        'conflict',
        'conflict',
        'conflict',
        'accepted',
      ]);
    });
    it('pays neither of two that share a single minute', () => {
      const shifted = at(0, { start: NOON + 14 * MINUTE });
      expect(judged([at(0), shifted])[0]).to.deep.equal(['conflict', 'conflict']);
    });
    it('turns what an earlier epoch paid into a debt, deducted from later rewards; earned never decreases', () => {
      const policy = makePolicy({ epoch_budget: '1000', device_epoch_cap: '1000' });
      const epochs = [[at(0), at(1)], [at(0, { value: 999n })], [at(2)], [at(3)]];
      const results = closeAll(registry, epochs, policy);
      const table = results
        .map(({ rewards }) => rewards[0]!)
        .map((r) => [r.reward, r.repaid, r.debt, r.earned]);
      expect(table).to.deep.equal([
        [1000n, 0n, 0n, 1000n],
        [0n, 0n, 500n, 1000n],
        [1000n, 500n, 0n, 1500n],
        [1000n, 0n, 0n, 2500n],
      ]);
      expect(results[2]!.totals).to.include({ allocated: '1000', repaid: '500', unallocated: '0' });
    });
    it('keeps the minutes claimed: a third reading is one too many and adds no debt', () => {
      const results = closeAll(registry, [
        [at(0)],
        [at(0, { value: 999n })],
        [at(0, { value: 998n })],
        [at(0)],
      ]);
      expect(results.map(({ verdicts }) => codes(verdicts))).to.deep.equal([
        ['accepted'],
        ['conflict'],
        [],
        ['duplicate'],
      ]);
      const debts = results.map(({ rewards }) => rewards[0]!.debt);
      expect(debts[1]).to.equal(results[0]!.rewards[0]!.reward);
      expect(debts.slice(2)).to.deep.equal([debts[1], debts[1]]);
    });
    it('a report rejected by itself claims no minute', () => {
      expect(judged([at(0), at(0, { value: 5000n })])[0]!.sort()).to.deep.equal([
        'above-capacity',
        'accepted',
      ]);
    });
    it('a zeroed report claims its minutes', () => {
      expect(judged([at(0), at(0, { value: -1n })])[0]).to.deep.equal(['conflict', 'conflict']);
    });
  });

  describe('sequence', () => {
    const base = BigInt(NOON) / 60n;
    it('sequence-not-growing: rejects the report that breaks the sequence, not those after it', () => {
      expect(judged([at(0), at(1, { sequence: base }), at(2)])[0]).to.deep.equal([
        'accepted',
        'sequence-not-growing',
        'accepted',
      ]);
    });
    it('sequence-jump: allows the passed minutes plus 1,440 and no more', () => {
      expect(judged([at(0), at(1, { sequence: base + 15n + 1440n })])[0]).to.deep.equal([
        'accepted',
        'accepted',
      ]);
      expect(judged([at(0), at(1, { sequence: base + 15n + 1441n }), at(2)])[0]).to.deep.equal([
        'accepted',
        'sequence-jump',
        'accepted',
      ]);
    });
    it('a late report must fit between its counted neighbours', () => {
      expect(judged([at(0), at(2)], [at(1)])[1]).to.deep.equal(['accepted']);
      expect(judged([at(0), at(2)], [at(1, { sequence: base + 30n })])[1]).to.deep.equal([
        'sequence-not-growing',
      ]);
      expect(judged([at(2)], [at(1, { sequence: 1n })])[1]).to.deep.equal(['sequence-jump']);
    });
    it('is remembered beyond the late window, after the minutes are forgotten', () => {
      const first = close(closeInput(registry, [at(0), at(1)]));
      const follow = (previous: typeof first, day: number, reports: SignedReport[]) => {
        const time = NOON + day * 24 * HOUR;
        const log = makeLog(0, previous.next.epoch + 1, [{ at: time, reports }], {
          sealed: time,
          previous: previous.next.heads[0]!.head,
        });
        return close(closeInput(registry, [], { previous: previous.next, logs: [log] }));
      };
      const second = follow(first, 4, []);
      expect(second.next.devices.get(0)!.recent).to.have.length(1);
      expect(codes(follow(second, 5, [at(5 * 96 - 4, { sequence: base })]).verdicts)).to.deep.equal([
        'sequence-not-growing',
      ]);
      expect(codes(follow(second, 5, [at(5 * 96 - 4)]).verdicts)).to.deep.equal(['accepted']);
    });
  });

  describe('key-not-active: several indices with one key', () => {
    const rightful = makeDevice(0, { key: 'shared' });
    const squatter = makeDevice(1, { key: 'shared' });
    const shared = registryOf([rightful, squatter]);
    const earlier = signed(rightful);
    const later = signed(squatter, { start: NOON + QUARTER });

    it('only the index that the key signed for first earns, also in later epochs', () => {
      const results = closeAll(shared, [[later, earlier], [signed(squatter, { start: NOON + 2 * QUARTER })]]);
      expect(results.map(({ verdicts }) => codes(verdicts))).to.deep.equal([
        ['accepted', 'key-not-active'],
        ['key-not-active'],
      ]);
      expect(results[1]!.rewards[1]!.earned).to.equal(0n);
      expect(results[1]!.next.devices.has(1)).to.equal(false);
    });
    it('whatever the order of registration', () => {
      const results = closeAll(shared, [[later], [earlier]]);
      expect(results.map(({ verdicts }) => codes(verdicts))).to.deep.equal([
        ['accepted'],
        ['key-not-active'],
      ]);
    });
  });

  describe('a frozen value', () => {
    /** The previous day from 7:00 to 17:00: the value rises to 1,300 and falls again, with some haze. */
    const yesterday = Array.from({ length: 40 }, (_, i) => {
      const value = 1300 - 3 * (i - 20) ** 2 + ((i * 37) % 19);
      return at(i - 116, { value: BigInt(value) });
    });
    const still = (count: number, changes: Partial<Report> = {}) =>
      Array.from({ length: count }, (_, i) => at(i - 14, { value: 1000n, ...changes }));
    const frozen = (count: number) => Array(count).fill('frozen-value');

    it('is rejected as a whole if the sun must have changed it, within one epoch', () => {
      const [verdicts] = judged([...yesterday, ...still(12), at(-1, { value: 1100n })]);
      expect(verdicts!.slice(40)).to.deep.equal([...frozen(12), 'accepted']);
    });
    it('is also rejected in later epochs, once it is known, however short they are', () => {
      const reports = still(14);
      const epochs = [yesterday, ...reports.map((report) => [report])];
      const verdicts = judged(...epochs)
        .slice(1)
        .flat();
      const known = verdicts.indexOf('frozen-value');
      expect(known).to.be.within(2, 8);
      expect(verdicts.slice(known)).to.deep.equal(frozen(14 - known));
    });
    it('keeps its minutes: a later reading of them is a conflict', () => {
      const other = at(-10, { value: 900n });
      expect(judged([...yesterday, ...still(12), at(-1, { value: 1100n })], [other])[1]).to.deep.equal([
        'conflict',
      ]);
    });
    it('is rejected after four hours if nothing else is known of the device', () => {
      expect(judged(still(16))[0]).to.deep.equal(Array(16).fill('accepted'));
      expect(judged(still(17))[0]).to.deep.equal(frozen(17));
    });
  });

  it('own-draw: counts as zero and claims its minutes', () => {
    const { verdicts, totals } = close(closeInput(registry, [at(0, { value: -2n })]));
    expect(codes(verdicts)).to.deep.equal(['own-draw']);
    expect(totals).to.include({ zeroed: 1, accepted: 0, allocated: '0' });
  });

  it("does not affect other devices' reports", () => {
    const theirs = signed(other);
    const { verdicts } = close(closeInput(registry, [at(0), at(0, { value: 1n }), theirs]));
    expect(codes(verdicts)).to.deep.equal(['conflict', 'conflict', 'accepted']);
  });
});
