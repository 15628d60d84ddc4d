import { KeyType } from '@commonwire/sdk/core';
import { expect } from 'chai';
import {
  admit,
  type CloseResult,
  close,
  DomainError,
  genesis,
  type PreviousState,
  previousState,
  verifyDataset,
} from '../../src/domain';
import { kinds } from '../../src/domain/kinds';
import { fleet, policy, registry, report, samples, threeEpochs } from './all-kinds-fleet';
import {
  closeInput,
  GOLDEN_SPOT,
  HOUR,
  identity,
  makeDevice,
  makeLog,
  makePolicy,
  NOON,
  registryOf,
} from './support';

/** Takes a dataset apart as it would be published, and repeats it. */
function audit(result: CloseResult, previous: PreviousState): void {
  const parts = new Map(result.parts.map(({ sha256, bytes }) => [sha256, bytes]));
  const part = (sha256: string) => parts.get(sha256)!;
  const repeated = verifyDataset({ manifestBytes: result.manifestBytes, part, previous });
  expect(repeated.datasetHash).to.equal(result.datasetHash);
  expect(repeated.ledgerRoot).to.deep.equal(result.ledgerRoot);
  expect(previousState(result.manifestBytes, part)).to.deep.equal(result.next);
}

describe('all kinds in one network', () => {
  for (const { id, name } of kinds) {
    for (const [key, keyType] of Object.entries(KeyType)) {
      it(`admits ${name} signed with its ${key} key, and not with another`, () => {
        const registered = { kind: id, keyType, h3Cell: GOLDEN_SPOT, capacity: samples[id]!.capacity };
        const device = makeDevice(0, registered);
        const answer = (signed: ReturnType<typeof report>) =>
          admit({
            signed,
            registry: registryOf([device]).in(1),
            network: identity.network,
            policy,
            receivedAt: (NOON + HOUR) * 1000,
          });
        expect(answer(report(device, 0))).to.include({ ok: true });
        expect(answer(report(device, 0, samples[id]!.bad))).to.include({ ok: false, evidence: true });
        const thief = makeDevice(0, { ...registered, key: 'thief' });
        const stolen = { ...report(device, 0), signature: report(thief, 0).signature };
        expect(answer(stolen)).to.include({ ok: false, code: 'bad-signature' });
      });
    }
  }

  it('splits the budget among kinds, then by score, rounded down, and states the rest', () => {
    const reports = fleet.map((device) => report(device, 0));
    const result = close(closeInput(registry, reports, { policy }));
    // The cell has room for two energy devices, two sensors, two and a quarter of what links carried, and all bays.
    expect(result.rewards.map(({ score, reward }) => [score, reward])).to.deep.equal([
      [1_000n, 200_000n],
      [1_000n, 200_000n],
      [0n, 0n],
      [100_000n, 133_333n],
      [100_000n, 133_333n],
      [24_999n, 33_332n],
      [1_800n, 66_666n],
      [1_800n, 66_666n],
      [1_800n, 66_666n],
      [900n, 50_000n],
      [900n, 50_000n],
      [0n, 0n],
    ]);
    expect(result.totals).to.include({
      budget: '1000003',
      allocated: '999996',
      unallocated: '7',
      accepted: 10,
      zeroed: 2,
      rejected: 0,
    });
    audit(result, genesis);
  });

  it('gives the same bytes whatever the order of reports, epoch after epoch, and each epoch can be repeated', () => {
    let previous = genesis;
    for (const [quarter, reports] of threeEpochs().entries()) {
      const sealed = NOON + (quarter + 2) * HOUR;
      const head = previous.heads[0]?.head;
      const closed = [reports, [...reports].reverse()].map((list) => {
        const batch = [{ at: sealed, reports: list }];
        const log = makeLog(0, quarter + 1, batch, { sealed, ...(head && { previous: head }) });
        return close(closeInput(registry, [], { policy, previous, logs: [log] }, sealed));
      });
      const [one, two] = closed;
      expect(two!.verdicts.map(({ reasons, paid }) => ({ reasons, paid }))).to.deep.equal(
        one!.verdicts.map(({ reasons, paid }) => ({ reasons, paid })),
      );
      expect(two!.ledgerRoot).to.deep.equal(one!.ledgerRoot);
      expect(two!.manifest.parts).to.deep.equal(one!.manifest.parts);
      expect(one!.totals.rejected).to.equal(4);
      audit(one!, previous);
      previous = one!.next;
    }
  });

  it('detects a policy that was changed afterwards', () => {
    const reports = fleet.map((device) => report(device, 0));
    const honest = close(closeInput(registry, reports, { policy }));
    const other = makePolicy({ ...policy, cell_capacity: { ...policy.cell_capacity, sensor: 3 } });
    const text = Buffer.from(honest.manifestBytes).toString();
    const forged = text.replace(JSON.stringify(policy), JSON.stringify(other));
    expect(forged).to.not.equal(text);
    const parts = new Map(honest.parts.map(({ sha256, bytes }) => [sha256, bytes]));
    expect(() =>
      verifyDataset({
        manifestBytes: Buffer.from(forged),
        part: (sha256) => parts.get(sha256)!,
        previous: genesis,
      }),
    ).to.throw(DomainError, 'parts.reports');
  });
});
