import { equal } from '@commonwire/sdk/core';
import { encodeReport } from '@commonwire/sdk/device';
import { ledgerNode, verifyRun } from '@commonwire/sdk/network';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  close,
  genesis,
  type Log,
  parseManifest,
  previousState,
  Registry,
  type SignedReport,
  verifyDataset,
} from '../../src/domain';
import {
  closeAll,
  closeInput,
  committee,
  devices,
  HOUR,
  hashOfHead,
  makeLog,
  makePolicy,
  makeReport,
  NOON,
  registryOf,
  sign,
  signed,
} from './support';

const fleet = devices(4);
const registry = registryOf(fleet);
const policy = makePolicy();

const sealed = NOON + HOUR;

/** Distinct reports over a few minutes, so that overlaps, sequence breaks and bad values are frequent. */
const anyReport: fc.Arbitrary<SignedReport> = fc
  .record({
    device: fc.nat(3),
    start: fc.nat(6),
    seconds: fc.integer({ min: 1, max: 2 }),
    sequence: fc.nat(3),
    value: fc.constantFrom(0n, -1n, 20n, 50n, 5000n),
  })
  .map(({ device, start, seconds, sequence, value }) => {
    const owner = fleet[device]!;
    const from = NOON + start * 60;
    const report = makeReport(owner, {
      start: from,
      seconds: seconds * 60,
      value,
      sequence: BigInt(start + sequence),
    });
    return sign(owner, encodeReport(report));
  });

const result = (logs: readonly Log[]) => close(closeInput(registry, [], { logs, policy }));

describe('close', () => {
  it('splits by score within budget and cap, and proves each leaf', () => {
    const reports = [
      signed(fleet[0]!, { value: 1000n }),
      signed(fleet[1]!, { value: 500n }),
      signed(fleet[2]!, { value: 0n }),
    ];
    const { rewards, ledger, ledgerRoot, earnedTotal, totals, deviceCount } = close(
      closeInput(registry, reports),
    );
    expect(rewards.map(({ earned }) => earned)).to.deep.equal([600_000n, 300_000n, 0n, 0n]);
    expect(totals).to.include({
      budget: '1000000',
      allocated: '900000',
      unallocated: '100000',
      earned_total: '900000',
    });
    expect(earnedTotal).to.equal(900_000n);
    for (const reward of rewards) {
      const proof = ledger.proveRun(reward.index, 1);
      const run = { deviceCount, first: reward.index, leaves: [ledgerNode(reward)], proof };
      expect(verifyRun({ root: ledgerRoot, earnedTotal: ledger.earnedTotal }, run)).to.equal(true);
    }
  });

  it('gives the same bytes for any order of logs and entries and any duplicates', () => {
    const shuffled = fc
      .array(anyReport, { maxLength: 12 })
      .chain((reports) =>
        fc.tuple(
          fc.constant(reports),
          fc.shuffledSubarray(reports, { minLength: reports.length }),
          fc.array(fc.nat(2), { minLength: reports.length, maxLength: reports.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([reports, other, place]) => {
        const unique = reports.filter(({ report }, i) => reports.findIndex((r) => r.report === report) === i);
        const one = result([makeLog(0, 1, [{ at: sealed, reports: unique }], { sealed })]);
        const logs = [0, 1, 2].map((oracle) => {
          const mine = other.filter((_, i) => place[i] === oracle || place[i] === (oracle + 1) % 3);
          return makeLog(
            oracle,
            1,
            mine.map((report) => ({ at: sealed, reports: [report, report] })),
            { sealed },
          );
        });
        const many = result([logs[2]!, logs[0]!, logs[1]!]);
        expect(many.manifestBytes).to.deep.equal(result(logs).manifestBytes);
        const outcome = ({ verdicts, rewards, ledgerRoot, manifest }: typeof one) => ({
          verdicts: verdicts.map(({ evidence, ...rest }) => ({ hash: evidence.hash, ...rest })),
          rewards,
          ledgerRoot,
          state: manifest.parts.state,
        });
        expect(outcome(many)).to.deep.equal(outcome(one));
      }),
      { numRuns: 60 },
    );
  });

  it('never exceeds the budget, pays no conflict and no minute twice, and never reduces earned amounts', () => {
    const epochs = fc.array(fc.array(anyReport, { maxLength: 8 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(epochs, (lists) => {
        const paidMinutes = new Map<string, string>();
        const everConflicting = new Set<string>();
        let earned: bigint[] = [0n, 0n, 0n, 0n];
        let owedBefore = [0n, 0n, 0n, 0n];
        for (const { rewards, verdicts, totals, earnedTotal } of closeAll(registry, lists, policy)) {
          const sum = rewards.reduce((total, { reward }) => total + reward, 0n);
          expect(sum <= 1_000_000n).to.equal(true);
          expect(sum + BigInt(totals.unallocated)).to.equal(1_000_000n);
          expect(rewards.reduce((total, reward) => total + reward.earned, 0n)).to.equal(earnedTotal);
          for (const { index, reward, repaid, earned: now, debt } of rewards) {
            expect(now).to.equal(earned[index]! + reward - repaid);
            expect(now >= earned[index]!).to.equal(true);
            expect(debt >= owedBefore[index]! - reward).to.equal(true);
            const parts = verdicts.filter(({ evidence }) => evidence.report.index === index);
            expect(parts.reduce((total, { paid }) => total + paid, 0n)).to.equal(reward);
          }
          earned = rewards.map((reward) => reward.earned);
          owedBefore = rewards.map(({ debt }) => debt);
          for (const { evidence, outcome, reasons, paid } of verdicts) {
            const { index, start, seconds } = evidence.report;
            if (outcome !== 'accepted') expect(paid).to.equal(0n);
            for (let minute = start; minute < start + seconds; minute += 60) {
              const name = `${index}:${minute}`;
              if (reasons.includes('conflict')) everConflicting.add(name);
              if (outcome !== 'accepted' && outcome !== 'zeroed') continue;
              expect(paidMinutes.has(name), 'minute counted twice').to.equal(false);
              expect(everConflicting.has(name), 'minute in conflict counted').to.equal(false);
              paidMinutes.set(name, evidence.hash);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('counts a minute once, however reports are spread over epochs', () => {
    const lists = fc.tuple(fc.array(anyReport, { maxLength: 10 }), fc.nat(10));
    fc.assert(
      fc.property(lists, ([reports, cut]) => {
        const net = (epochs: SignedReport[][]) => {
          const last = closeAll(registry, epochs, policy).at(-1)!;
          return [...last.next.devices.values()].map(({ recent }) =>
            recent.filter(({ counted }) => counted).reduce((sum, { seconds }) => sum + seconds, 0),
          );
        };
        const whole = net([reports]);
        const parts = net([reports.slice(0, cut), reports.slice(cut)]);
        // The order of arrival may decide which report breaks the sequence, but never increases the minutes that pay.
        for (const seconds of [...whole, ...parts]) expect(seconds).to.be.at.most(8 * 60);
      }),
      { numRuns: 60 },
    );
  });

  it("checks each oracle's copy separately: a forged or early copy spoils nothing and gains nothing", () => {
    const good = signed(fleet[0]!);
    const forged = { report: good.report, signature: signed(fleet[1]!).signature };
    const { totals, verdicts } = result([
      makeLog(0, 1, [{ at: sealed, reports: [good] }], { sealed }),
      makeLog(1, 1, [{ at: NOON - 10 * 60, reports: [good] }], { sealed }),
      makeLog(2, 1, [{ at: sealed, reports: [forged] }], { sealed }),
    ]);
    expect(totals.refused_by_code).to.deep.equal({ 'bad-signature': 1, 'start-in-future': 1 });
    expect(verdicts.map(({ outcome, evidence }) => [outcome, evidence.copies])).to.deep.equal([
      ['accepted', 1],
    ]);
  });

  it("adds up the refusals of heads and logs, and includes a late oracle's log in the next epoch", () => {
    const on = makeLog(0, 1, [{ at: sealed, reports: [signed(fleet[0]!)] }], {
      sealed,
      refused: { 'too-old': 3 },
    });
    const late = makeLog(1, 1, [{ at: sealed, reports: [signed(fleet[1]!)] }], { sealed });
    const first = result([on]);
    expect(first.totals.refused_by_code).to.deep.equal({ 'too-old': 3 });
    const two = (oracle: number, previous: string) => makeLog(oracle, 2, [], { sealed, previous });
    const logs = [two(1, hashOfHead(late)), late, two(0, hashOfHead(on))];
    const second = close(closeInput(registry, [], { logs, policy, previous: first.next }));
    expect(second.totals.accepted).to.equal(1);
    expect(second.manifest.logs.map(({ oracle, epoch }) => [oracle, epoch])).to.deep.equal([
      [committee[0], 2],
      [committee[1], 1],
      [committee[1], 2],
    ]);
    expect(second.manifest.heads).to.have.length(2);
  });

  it("refuses reports before the previous close's horizon as too old", () => {
    const first = result([makeLog(0, 1, [], { sealed: NOON + 40 * HOUR })]);
    expect(first.next.horizon).to.equal(NOON + 4 * HOUR);
    const log = makeLog(1, 2, [{ at: sealed, reports: [signed(fleet[0]!)] }], { sealed });
    const { totals } = close(closeInput(registry, [], { logs: [log], previous: first.next }));
    expect(totals.refused_by_code).to.deep.equal({ 'too-old': 1 });
  });

  it('uses the median clock for the horizon', () => {
    const at = [NOON, NOON + 400 * HOUR, NOON + HOUR];
    const logs = at.map((time, oracle) => makeLog(oracle, 1, [], { sealed: time }));
    expect(result(logs).next.horizon).to.equal(NOON - 35 * HOUR);
  });

  it('error: input that contradicts itself', () => {
    const input = closeInput(registry, []);
    const cut = { ...input.cut, device_count: 3 };
    expect(() => close({ ...input, cut })).to.throw('registry does not match the cut');
    expect(() => close({ ...input, epoch: 2 })).to.throw('does not follow');
    expect(() => close({ ...input, committee: [] })).to.throw('not in the committee');
    expect(() => close({ ...input, logs: [makeLog(0, 2, [])] })).to.throw('future epoch');
    expect(() => close({ ...input, logs: [input.logs[0]!, input.logs[0]!] })).to.throw('included before');
  });

  it('works without logs and without devices', () => {
    const empty = new Registry();
    const { ledgerRoot, deviceCount, parts } = close(closeInput(empty, [], { logs: [] }));
    expect(equal(ledgerRoot, new Uint8Array(32))).to.equal(true);
    expect([deviceCount, parts.length]).to.deep.equal([0, 0]);
  });
});

describe('dataset', () => {
  const many = devices(25);
  const wide = registryOf(many);
  const epochs = [0, 1, 2].map((epoch) =>
    many.flatMap((device) => [
      signed(device, { start: NOON + epoch * 900, value: BigInt(10 * device.index) }),
      ...(device.index % 7 === 3 && epoch > 0
        ? [signed(device, { start: NOON, value: 3n + BigInt(epoch) })]
        : []),
      ...(device.index % 5 === 2 ? [signed(device, { start: NOON - 12 * HOUR, value: 700n })] : []),
    ]),
  );
  const results = closeAll(wide, epochs);
  const store = new Map(results.flatMap(({ parts }) => parts).map(({ sha256, bytes }) => [sha256, bytes]));
  const part = (sha256: string): Uint8Array => store.get(sha256)!;

  it('can be repeated from the dataset alone, epoch after epoch', () => {
    let previous = genesis;
    for (const { manifestBytes, datasetHash, ledgerRoot } of results) {
      const again = verifyDataset({ manifestBytes, part, previous });
      expect(again.datasetHash).to.equal(datasetHash);
      expect(again.ledgerRoot).to.deep.equal(ledgerRoot);
      previous = previousState(manifestBytes, part);
      expect(previous).to.deep.equal(again.next);
    }
  });

  it('lists rejected reports with their reasons', () => {
    const { totals } = results[1]!;
    expect(totals.rejected_by_code).to.deep.equal({ conflict: 4, 'sun-at-night': 5 });
  });

  it('keeps full registry parts as the registry grows', () => {
    const [before, after] = [wide, registryOf(devices(26))].map(
      (grown) => close(closeInput(grown, [])).manifest.parts.registry,
    );
    expect(before!.map(({ lines }) => lines)).to.deep.equal([25]);
    expect(after!.map(({ lines }) => lines)).to.deep.equal([26]);
  });

  describe('error: any change is detected', () => {
    const { manifest } = results[0]!;
    const check = (changes: object) => () =>
      verifyDataset({
        manifestBytes: Buffer.from(JSON.stringify({ ...manifest, ...changes })),
        part,
        previous: genesis,
      });
    const cases: Record<string, [object, string]> = {
      'a total': [{ totals: { ...manifest.totals, accepted: 1 } }, 'totals.accepted'],
      'the ledger root': [{ ledger_root: '0'.repeat(64) }, 'ledger_root'],
      'the policy': [{ policy: makePolicy({ late_seconds: 130_000 }) }, 'horizon'],
      'the horizon': [{ horizon: 0 }, 'horizon'],
      'the previous manifest': [{ previous: '0'.repeat(64) }, 'previous'],
      'a missing reward part': [{ parts: { ...manifest.parts, rewards: [] } }, 'parts.rewards'],
      'an empty log': [{ logs: [] }, 'received_at'],
      'an unknown field': [{ more: 1 }, 'more'],
      'the registry': [{ parts: { ...manifest.parts, registry: [] } }, 'cut.registry_hash'],
    };
    for (const [what, [changes, message]] of Object.entries(cases)) {
      it(what, () => expect(check(changes)).to.throw(message));
    }
    it('a different previous epoch', () => {
      const { manifestBytes } = results[1]!;
      expect(() => verifyDataset({ manifestBytes, part, previous: genesis })).to.throw('does not follow');
    });
    it('white space or a different order of keys', () => {
      const bytes = Buffer.from(JSON.stringify(manifest, null, 1));
      expect(() => parseManifest(bytes)).to.throw('canonical');
      const { version, ...rest } = manifest;
      expect(() => parseManifest(Buffer.from(JSON.stringify({ ...rest, version })))).to.throw('canonical');
      expect(() => parseManifest(Buffer.from('{'))).to.throw('not JSON');
    });
    it('a part with different bytes', () => {
      const { manifestBytes } = results[0]!;
      const spoiled = (sha256: string) => Buffer.from(part(sha256)).fill(0x20, 0, 1);
      expect(() => previousState(manifestBytes, spoiled)).to.throw('does not match its hash');
      expect(() => previousState(manifestBytes, () => new Uint8Array(0))).to.throw('has 0 bytes');
    });
  });
});
