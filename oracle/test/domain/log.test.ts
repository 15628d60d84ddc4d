import { sha256, toHex } from '@commonwire/sdk/core';
import { encodeReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  encodeEntry,
  FIRST_LOG_HASH,
  isCommitted,
  type LastHead,
  type Log,
  type LogHead,
  lastHead,
  logsTaken,
  MAX_LOG_BYTES,
  MAX_SHARDS,
  MIN_RECORD_BYTES,
  type Run,
  readEntry,
  readPage,
  referTo,
  SHARD_DEVICES,
  toRuns,
  verifyLog,
  verifyRuns,
} from '../../src/domain';
import {
  committee,
  HOUR,
  hashOfHead,
  identity,
  makeDevice,
  makeLog,
  makeReport,
  NOON,
  signed,
  signLog,
} from './support';

const device = makeDevice(0);
const far = makeDevice(SHARD_DEVICES);
const batches = [
  { at: NOON, reports: [signed(far), signed(device)] },
  { at: NOON + 60, reports: [signed(device, { start: NOON + 900 })] },
];
const log = makeLog(0, 1, batches, { sealed: NOON + HOUR, refused: { 'too-old': 2, 'bad-signature': 1 } });
const last: LastHead = lastHead(identity.network, log.head);

const verify = (given: Log, before?: LastHead) => () => verifyLog(identity.network, given, before);

/** The log's oracle signs for something else. */
const resigned = (runs: readonly Run[], changes: Partial<LogHead> = {}): Log =>
  signLog(0, runs, log.head, { reports: 3, ...changes });

interface Sent {
  readonly device: number;
  readonly start: number;
  readonly extra: Uint8Array;
}

const pageOf = (...lists: Uint8Array[]): Run => ({ shard: 0, reports: 2, pages: lists });

describe('log', () => {
  it('is valid from the first epoch on and from head to head, also if empty', () => {
    verify(log)();
    expect(last).to.include({ oracle: committee[0], epoch: 1, sealed_at: (NOON + HOUR) * 1000 });
    const empty = makeLog(0, 2, [], { sealed: NOON + 2 * HOUR, previous: last.head });
    verify(empty, last)();
    expect(empty.head).to.include({ reports: 0, root: FIRST_LOG_HASH });
    const third = makeLog(0, 3, [{ at: NOON + 2 * HOUR, reports: [signed(device)] }], {
      sealed: NOON + 3 * HOUR,
      previous: hashOfHead(empty),
    });
    verify(third, lastHead(identity.network, empty.head))();
  });

  it('is the same, however its reports were received', () => {
    const others = [
      [{ at: NOON, reports: [signed(device)] }, batches[1]!, { at: NOON, reports: [signed(far)] }],
      // Also if some were stored twice.
      [...batches, { at: NOON + 120, reports: [signed(device), signed(far)] }],
    ];
    for (const other of others)
      expect(makeLog(0, 1, other, { sealed: NOON + HOUR, refused: log.head.refused }).head).to.deep.equal(
        log.head,
      );
  });

  it('has each report once, by device, start and hash, in pages as full as they can be', () => {
    const one = fc.record({
      device: fc.constantFrom(0, 1, 2, 65_535, 65_536, 65_537, 16_777_215),
      start: fc.integer({ min: 0, max: 3 }),
      extra: fc.uint8Array({ minLength: 0, maxLength: 2 }),
      at: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(one, { maxLength: 8 }), { maxLength: 8 }),
        fc.boolean(),
        (lists, long) => {
          const bytesFor = ({ device: index, start, extra }: Sent) =>
            encodeReport(makeReport({ ...device, index }, { start: start * 60, extra }));
          const entries = lists.map((list) =>
            encodeEntry(
              list[0]?.at ?? 1,
              list.map((each) => ({ bytes: bytesFor(each), signature: new Uint8Array(64).fill(each.at) })),
            ),
          );
          // Enough to fill some pages.
          if (long)
            for (let i = 0; i < 20; i++)
              entries.push(
                encodeEntry(
                  2,
                  Array.from({ length: 350 }, (_, j) => ({
                    bytes: bytesFor({
                      device: 9,
                      start: 350 * i + j,
                      extra: new Uint8Array((i * j) % 256),
                    }),
                    signature: new Uint8Array(64),
                  })),
                ),
              );
          const sealed = signLog(0, [...toRuns(entries)], { ...log.head, sealed_at: 3 });
          verify(sealed)();
          const hashes = (pages: Iterable<{ readonly bytes: Uint8Array }>) =>
            [...pages].map(({ bytes }) => toHex(sha256(bytes)));
          const found = sealed.runs.flatMap(({ pages }) => pages.flatMap((page) => hashes(readPage(page))));
          expect(new Set(found).size).to.equal(found.length);
          expect([...found].sort()).to.deep.equal(
            [...new Set(entries.flatMap((entry) => hashes(readEntry(entry))))].sort(),
          );
          expect(sealed.runs.some(({ pages }) => pages.length > 1)).to.equal(long);
          // Backwards, it is the same; the first copy of those that have the same bytes counts.
          const again = signLog(0, [...toRuns([...entries].reverse())], { ...log.head, sealed_at: 3 });
          expect(again.head.root).to.equal(sealed.head.root);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('has the same signed counts, whatever the order of their codes', () => {
    verify({ ...log, head: { ...log.head, refused: { 'bad-signature': 1, 'too-old': 2 } } })();
  });

  it('commits to all of its runs at once: none can be left out, added or altered', () => {
    const many = Array.from({ length: 5 }, (_, i) => signed(makeDevice(i * SHARD_DEVICES)));
    const { head, runs } = makeLog(0, 1, [{ at: NOON, reports: many }]);
    const references = runs.map(referTo);
    expect(isCommitted({ head, runs: references })).to.equal(true);
    for (const [i, run] of references.entries()) {
      const others = references.filter((one) => one !== run);
      expect(isCommitted({ head, runs: others })).to.equal(false);
      expect(isCommitted({ head, runs: [...references, run] })).to.equal(false);
      for (const changes of [{ reports: 2 }, { shard: run.shard + 1 }, { pages: [] }])
        expect(isCommitted({ head, runs: references.with(i, { ...run, ...changes }) })).to.equal(false);
    }
    expect(isCommitted({ head: log.head, runs: references })).to.equal(false);
  });

  const [near, other] = log.runs as [Run, Run];
  const bytes = near.pages[0]!;
  const half = bytes.length / 2;
  const [first, second] = [bytes.subarray(0, half), bytes.subarray(half)];
  const noRun = { ...near, reports: 0, pages: [] };
  const wrong: Record<string, [Log, LastHead?]> = {
    'the head is not signed by the oracle': [{ ...log, head: { ...log.head, reports: 3_000 } }],
    'a log of this or a later epoch was included before': [log, last],
    'it was sealed before the last included head': [
      log,
      { ...last, epoch: 0, sealed_at: log.head.sealed_at + 1 },
    ],
    'it does not follow the last included head': [resigned(log.runs, { previous: toHex(sha256()) })],
    'the refused counts have an invalid entry': [resigned(log.runs, { refused: { 'no code': 1 } })],
    'the head commits to other runs': [{ ...log, runs: [near] }],
    'the head counts 4 reports, its runs 3': [resigned(log.runs, { reports: 4 })],
    'the runs are not by shard': [resigned([other, near])],
    'run 0 is empty': [resigned([noRun, other])],
    'run 0: a page is empty': [resigned([pageOf(bytes, new Uint8Array(0)), other])],
    'run 0: a page ends too early': [resigned([pageOf(first, second), other])],
    'run 0: not in order': [resigned([pageOf(Buffer.concat([second, first])), other])],
    'run 0: it has 1 reports, not the 2': [resigned([pageOf(first), other])],
    [`a report of device ${SHARD_DEVICES} is in it`]: [
      resigned([pageOf(Buffer.concat([first, ...other.pages])), other]),
    ],
    'a report is cut off': [resigned([pageOf(bytes.subarray(0, -1)), other])],
    'something else than reports': [resigned([pageOf(Buffer.alloc(bytes.length, 1)), other])],
  };
  for (const [why, [given, before]] of Object.entries(wrong)) {
    it(`error: ${why}`, () => expect(verify(given, before)).to.throw(why));
  }
  it('error: a report twice', () =>
    expect(verify(resigned([pageOf(Buffer.concat([first, first])), other]))).to.throw('not in order'));

  for (const refused of [{ constructor: 1 } as unknown as LogHead['refused'], { 'too-old': 2 ** 53 - 1 }])
    it(`error: counts of ${Object.keys(refused)[0]} that would overflow the sums of an epoch`, () =>
      expect(verify(resigned(log.runs, { refused }))).to.throw('the refused counts have an invalid entry'));

  it('error: a report received before the last head was sealed, or after its own', () => {
    const follow = { ...last, epoch: 0, head: FIRST_LOG_HASH };
    expect(verify(log, { ...follow, sealed_at: NOON * 1000 + 1 })).to.throw('outside the time of the log');
    expect(verify(resigned(log.runs, { sealed_at: NOON * 1000 }))).to.throw('outside the time of the log');
  });

  it('error: more than a log may have', () => {
    const runs = Array.from({ length: MAX_SHARDS + 1 }, (_, shard) => ({ ...referTo(near), shard }));
    const pages = { ...referTo(near), pages: Array<string>(5_000).fill(FIRST_LOG_HASH) };
    for (const listed of [runs, [pages], [{ ...pages, reports: 2 ** 33 }], [{ ...pages, shard: MAX_SHARDS }]])
      expect(isCommitted({ head: log.head, runs: listed })).to.equal(false);
    expect(() => verifyRuns({ head: log.head, runs })).to.throw('more than a log has');
  });

  it('error: a log of a different network', () => {
    expect(() => verifyLog(identity.program, log, undefined)).to.throw('not signed by the oracle');
  });

  it('of one oracle goes into a dataset with others as long as all are no more than one may be', () => {
    const most = Math.floor(MAX_LOG_BYTES / MIN_RECORD_BYTES);
    const taken = (...reports: number[]) => logsTaken(reports.map((count) => ({ reports: count })));
    expect(taken()).to.equal(0);
    expect(taken(most - 1, 0, 1, 0)).to.equal(4);
    expect(taken(most - 1, 0, 2)).to.equal(2);
    expect(taken(0, 2 * most, 1)).to.equal(2);
    expect(taken(...Array(9).fill(1))).to.equal(8);
    expect(taken(...Array(300).fill(0))).to.equal(256);
    const [entry] = [
      encodeEntry(0, [{ bytes: encodeReport(makeReport(device)), signature: new Uint8Array(64) }]),
    ];
    const [run] = [...toRuns([entry])];
    expect(run!.pages[0]!.length).to.equal(MIN_RECORD_BYTES);
  });
});
