import { expect } from 'chai';
import {
  close,
  genesis,
  type PreviousState,
  previousState,
  quotaOf,
  type SignedReport,
  verifyDataset,
} from '../../src/domain';
import {
  closeInput,
  committee,
  DAY,
  devices,
  HOUR,
  makeLog,
  makePolicy,
  NOON,
  registryOf,
  signed,
} from './support';

const [flooder, honest] = devices(2) as [ReturnType<typeof devices>[0], ReturnType<typeof devices>[0]];
const registry = registryOf([flooder, honest]);

/** Different reports of one minute. */
const flood = (count: number, start = NOON): SignedReport[] =>
  Array.from({ length: count }, (_, i) => signed(flooder, { start, value: BigInt(i + 1) }));

/** Closes an epoch from logs of two oracles. */
const closeTwo = (
  [first, second]: readonly [readonly SignedReport[], readonly SignedReport[]],
  {
    previous = genesis,
    sealed = NOON + HOUR,
    policy = makePolicy(),
  }: {
    previous?: PreviousState;
    sealed?: number;
    policy?: ReturnType<typeof makePolicy>;
  } = {},
) => {
  const headOf = (oracle: number) => previous.heads.find((head) => head.oracle === committee[oracle])?.head;
  const log = (oracle: number, reports: readonly SignedReport[]) => {
    const before = headOf(oracle);
    return makeLog(oracle, previous.epoch + 1, [{ at: sealed, reports }], {
      sealed,
      ...(before && { previous: before }),
    });
  };
  return close(closeInput(registry, [], { logs: [log(0, first), log(1, second)], previous, policy }));
};

describe('the quota of a device at the close', () => {
  it('counts two of a flood of reports of one minute, whichever oracle has them in whatever order', () => {
    const reports = flood(3000);
    const fine = signed(honest);
    const { manifest, ledgerRoot, verdicts, next } = closeTwo([[...reports, fine], []]);
    expect(verdicts.map(({ outcome, reasons }) => reasons[0] ?? outcome)).to.deep.equal([
      'conflict',
      'conflict',
      'accepted',
    ]);
    expect(manifest.unverified).to.deep.equal({ 'too-many-reports': 2998 });
    expect(next.devices.get(0)!.recent).to.have.length(2);
    const split = closeTwo([[fine, ...reports.slice(1000)].reverse(), reports.slice(0, 1000)]);
    expect(split.verdicts.map(({ evidence }) => evidence.hash)).to.deep.equal(
      verdicts.map(({ evidence }) => evidence.hash),
    );
    expect(split.ledgerRoot).to.deep.equal(ledgerRoot);
  });

  it('is the same again from the dataset, which has nothing of the surplus', () => {
    const result = closeTwo([flood(50), [signed(honest)]]);
    const parts = new Map(result.parts.map(({ sha256, bytes }) => [sha256, bytes]));
    const part = (sha256: string) => parts.get(sha256)!;
    const { manifestBytes } = result;
    expect(verifyDataset({ manifestBytes, part, previous: genesis }).datasetHash).to.equal(
      result.datasetHash,
    );
    expect(previousState(manifestBytes, part).devices.get(0)!.recent).to.have.length(2);
  });

  it("doesn't let the state grow from epoch to epoch with reports of the same minutes", () => {
    let previous: PreviousState = genesis;
    for (let epoch = 1; epoch <= 5; epoch++) {
      const reports = flood(100 + epoch).slice(epoch * 5);
      const result = closeTwo([reports, []], { previous, sealed: NOON + HOUR + epoch });
      expect(result.next.devices.get(0)!.recent, `epoch ${epoch}`).to.have.length(2);
      previous = result.next;
    }
  });

  it('keeps the lowest hashes if a device sends more in an epoch than it can measure', () => {
    const policy = makePolicy({ late_seconds: 3600, min_seconds: 900, max_seconds: 900, ahead_seconds: 0 });
    const { next: previous } = closeTwo([[signed(honest, { start: NOON })], []], { policy });
    const reports = Array.from({ length: 55 }, (_, i) => flood(2, NOON + 60 * (i + 5))).flat();
    const closed = (all: readonly SignedReport[]) =>
      closeTwo([all, []], { previous, sealed: NOON + HOUR + 300, policy });
    const result = closed(reports);
    const quota = quotaOf(policy, 300);
    const found = result.verdicts.map(({ evidence }) => evidence.hash);
    expect(found).to.have.length(quota).and.to.have.length(10);
    expect(result.manifest.unverified).to.deep.equal({ 'too-many-reports': reports.length - quota });
    const again = closed([...reports].reverse());
    expect(again.verdicts.map(({ evidence }) => evidence.hash)).to.deep.equal(found);
  });

  it('is far above what an honest device sends after days without a connection', () => {
    const policy = makePolicy();
    const minutes = (policy.late_seconds + DAY) / 60;
    expect(quotaOf(policy, DAY)).to.be.at.least(2 * minutes);
  });
});
