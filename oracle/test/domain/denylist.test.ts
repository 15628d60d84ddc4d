import { expect } from 'chai';
import {
  type CloseResult,
  close,
  genesis,
  type PolicyInput,
  partsBefore,
  previousState,
  verifyDataset,
  verifyShard,
  verifySums,
} from '../../src/domain';
import { releases } from '../../src/domain/denylist';
import { closeInput, cutOf, HOUR, MINUTE, makeDevice, makePolicy, NOON, registryOf, signed } from './support';

const QUARTER = 15 * MINUTE;
const fleet = [makeDevice(0), makeDevice(1), makeDevice(2)];
const registry = registryOf(fleet);
const evidence = { sha256: 'ab'.repeat(32), link: 'https://example.org/evidence.pdf' };

const entry = (devices: number[], changes = {}) => ({
  devices,
  reason: 'It reports what its neighbour measures.',
  evidence,
  listed: NOON,
  expires: NOON + 1_000 * HOUR,
  ...changes,
});

const policyWith = (denylist: PolicyInput['denylist'], changes: Partial<PolicyInput> = {}) =>
  makePolicy({ denylist: { notice_seconds: 2 * HOUR, ...denylist }, ...changes });

type Listing = Parameters<typeof policyWith>;

/** Closes an hourly epoch for each listing; every device reports the same energy in each. */
function closeHours(
  listings: readonly Listing[],
  { limits = { epoch: '1000000000000', device: '1000000000000' }, entries = registry } = {},
): CloseResult[] {
  const results: CloseResult[] = [];
  for (const [i, listing] of listings.entries()) {
    const time = NOON + (i + 1) * HOUR;
    const previous = results.at(-1)?.next ?? genesis;
    const reports = fleet.map((device) =>
      signed(device, { start: NOON + i * QUARTER, value: 1_000n + BigInt(i) }),
    );
    const changes = {
      previous,
      policy: policyWith(...listing),
      cut: cutOf(entries, time),
      limits,
      shardBits: 1,
    };
    results.push(close(closeInput(entries, reports, changes, time)));
  }
  return results;
}

/** Checks what holds in every epoch, and that audits of all, and of each shard, find the same. */
function expectSound(results: readonly CloseResult[]): void {
  const source = (name: string) =>
    results.flatMap(({ parts }) => parts).find(({ sha256 }) => sha256 === name)!.bytes;
  for (const [i, result] of results.entries()) {
    const { manifest, rewards, totals, ledger } = result;
    const before = results[i - 1];
    expect(ledger.earnedTotal).to.equal(BigInt(totals.earned_total));
    const held = rewards.reduce((sum, reward) => sum + reward.held, 0n);
    expect(held).to.equal(BigInt(totals.held));
    const all = (one: CloseResult | undefined) =>
      one ? BigInt(one.totals.earned_total) + BigInt(one.totals.held) : 0n;
    expect(all(result) - all(before)).to.equal(BigInt(totals.allocated) - BigInt(totals.repaid));
    const growth = BigInt(totals.earned_total) - BigInt(before?.totals.earned_total ?? 0);
    expect(growth <= BigInt(manifest.limits.epoch)).to.equal(true);
    for (const { index, earned } of rewards) {
      const grown = earned - (before?.rewards[index]?.earned ?? 0n);
      expect(grown >= 0n && grown <= BigInt(manifest.limits.device), `device ${index}`).to.equal(true);
    }
    expect(previousState(result.manifestBytes, source).devices).to.deep.equal(result.next.devices);
    const previous = before?.next ?? genesis;
    verifyDataset({ manifestBytes: result.manifestBytes, part: source, previous });
    expect(verifySums(manifest)).to.equal(null);
    for (const shard of manifest.shards.keys()) {
      const from = before?.manifest ?? null;
      expect(partsBefore(manifest, from, shard, source).length > 0).to.equal(i > 0);
      const input = { manifest, part: source, before: from, partBefore: source, shard };
      expect(verifyShard(input), `epoch ${i + 1}, shard ${shard}`).to.equal(null);
    }
  }
}

const rewardsOf = (results: readonly CloseResult[], index: number) =>
  results.map(({ rewards }) => rewards[index]!);

describe('the denylist', () => {
  const listed: Listing = [{ entries: [entry([0])] }];

  it('holds nothing before the notice is over, then all, in no leaf; others are paid as before', () => {
    const results = closeHours([listed, listed, listed, listed]);
    expectSound(results);
    const [device, other] = [rewardsOf(results, 0), rewardsOf(results, 1)];
    expect(device.map(({ reward }) => reward)).to.deep.equal(other.map(({ reward }) => reward));
    expect(device.map(({ earned }) => earned)).to.deep.equal([333_333n, 666_666n, 666_666n, 666_666n]);
    expect(device.map(({ held }) => held)).to.deep.equal([0n, 0n, 333_333n, 666_666n]);
    expect(other.map(({ held }) => held)).to.deep.equal([0n, 0n, 0n, 0n]);
    const reasons = results.map(
      ({ verdicts }) => verdicts.find(({ evidence: e }) => e.report.index === 0)!.reasons,
    );
    expect(reasons).to.deep.equal([[], [], ['pay-held'], ['pay-held']]);
  });

  it('pays what was held after an appeal, within the cap of a device, epoch by epoch', () => {
    const results = closeHours([listed, listed, listed, listed, [{}], [{}], [{}], [{}]]);
    expectSound(results);
    const device = rewardsOf(results, 0);
    // The cap is 600,000, of which rewards leave 266,667.
    expect(device.slice(4).map(({ held }) => held)).to.deep.equal([399_999n, 133_332n, 0n, 0n]);
    expect(device.at(-1)!.earned).to.equal(8n * 333_333n);
    expect(results.at(-1)!.next.devices.get(0)!.hold).to.equal(undefined);
  });

  it('takes what it pays out of the budget where the chain allows no more, at most a share of it', () => {
    const limits = { epoch: '1000000', device: '1000000' };
    const free: Listing = [{ release_ppm: 50_000 }];
    const results = closeHours([listed, listed, listed, free, free], { limits });
    expectSound(results);
    expect(results.map(({ totals }) => totals.released)).to.deep.equal(['0', '0', '0', '50000', '50000']);
    expect(results.map(({ totals }) => totals.budget).slice(2)).to.deep.equal([
      '1000000',
      '950000',
      '950000',
    ]);
  });

  it('sets nothing apart for a device that earns its cap, and pays it once there is room', () => {
    const limits = { epoch: '1000000', device: '1000000' };
    const capped = { device_epoch_cap: '300000' };
    const [held, free]: Listing[] = [
      [{ entries: [entry([0])] }, capped],
      [{}, capped],
    ];
    const results = closeHours([held!, held!, held!, free!, free!, [{}]], { limits });
    expectSound(results);
    expect(results.slice(3).map(({ totals }) => totals.released)).to.deep.equal(['0', '0', '100000']);
    expect(results.slice(3).map(({ totals }) => totals.budget)).to.deep.equal([
      '1000000',
      '1000000',
      '900000',
    ]);
    expect(rewardsOf(results, 0).map(({ held: amount }) => amount)).to.deep.equal([
      ...[0n, 0n, 300_000n],
      ...[300_000n, 300_000n, 200_000n],
    ]);
  });

  it('ends when an entry expires, and starts anew when one was gone', () => {
    const until = (hours: number): Listing => [{ entries: [entry([0], { expires: NOON + hours * HOUR })] }];
    const expired = closeHours([until(4), until(4), until(4), until(4)]);
    expectSound(expired);
    expect(rewardsOf(expired, 0).map(({ held }) => held)).to.deep.equal([0n, 0n, 333_333n, 66_666n]);
    const again = closeHours([listed, listed, [{}], listed, listed, listed]);
    expect(rewardsOf(again, 0).map(({ held }) => held)).to.deep.equal([0n, 0n, 0n, 0n, 0n, 333_333n]);
  });

  it('gives notice from its own date, too', () => {
    const later: Listing = [{ entries: [entry([0], { listed: NOON + 2 * HOUR })] }];
    const results = closeHours([later, later, later, later]);
    expect(rewardsOf(results, 0).map(({ held }) => held)).to.deep.equal([0n, 0n, 0n, 333_333n]);
  });

  it('holds what a retired device had for good, since its leaf may not grow', () => {
    const entries = registryOf(fleet);
    entries.apply({ kind: 'retired', change: { index: 0, effectiveEpoch: 4n } });
    const results = closeHours([listed, listed, listed, [{}], [{}]], { entries });
    expectSound(results);
    expect(
      rewardsOf(results, 0)
        .map(({ held }) => held)
        .slice(2),
    ).to.deep.equal([333_333n, 333_333n, 333_333n]);
  });

  it('pays by index until the most of an epoch is used up', () => {
    const holds: [number, bigint][] = [
      [3, 50n],
      [5, 500n],
      [8, 500n],
      [9, 500n],
    ];
    expect([...releases(holds, 100n, 200n)]).to.deep.equal([
      [3, 50n],
      [5, 100n],
      [8, 50n],
    ]);
  });

  it('error: entries without order, reason, evidence or end, twice the same device, more than fit', () => {
    const refused: [PolicyInput['denylist'], string][] = [
      [{ entries: [entry([2, 1])] }, 'denylist.entries.0.devices'],
      [{ entries: [entry([])] }, 'denylist.entries.0.devices'],
      [{ entries: [entry([1], { reason: '' })] }, 'denylist.entries.0.reason'],
      [
        { entries: [entry([1], { evidence: { ...evidence, sha256: 'AB' } })] },
        'denylist.entries.0.evidence.sha256',
      ],
      [
        { entries: [entry([1], { evidence: { ...evidence, link: 'javascript:' } })] },
        'denylist.entries.0.evidence.link',
      ],
      [{ entries: [entry([1], { expires: NOON })] }, 'denylist.entries.0.expires'],
      [{ entries: [entry([1], { expires: NOON + 367 * 86_400 })] }, 'denylist.entries.0.expires'],
      [{ entries: [entry([1]), entry([1])] }, 'denylist.entries'],
      [{ entries: Array.from({ length: 257 }, (_, i) => entry([i])) }, 'denylist.entries'],
    ];
    for (const [denylist, field] of refused) expect(() => policyWith(denylist), field).to.throw(`${field}: `);
  });
});
