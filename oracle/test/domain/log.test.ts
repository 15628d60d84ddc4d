import { signEd25519 } from '@commonwire/sdk/core';
import { expect } from 'chai';
import {
  FIRST_LOG_HASH,
  type LastHead,
  type Log,
  type LogHead,
  logHeadMessage,
  nextEntry,
  verifyLog,
} from '../../src/domain';
import { committee, HOUR, identity, makeDevice, makeLog, NOON, oracles, signed } from './support';

const device = makeDevice(0);
const log = makeLog(
  0,
  1,
  [
    { at: NOON, reports: [signed(device)] },
    { at: NOON + 60, reports: [signed(device, { start: NOON + 900 })] },
  ],
  { sealed: NOON + HOUR, refused: { 'too-old': 2, 'bad-signature': 1 } },
);
const last: LastHead = {
  oracle: committee[0]!,
  epoch: 1,
  head: log.head.head,
  sealed_at: log.head.sealed_at,
};

const verify = (given: Log, before?: LastHead) => () => verifyLog(identity.network, given, before);

function resigned(changes: Partial<LogHead>): LogHead {
  const head = { ...log.head, ...changes };
  const message = logHeadMessage(identity.network, head);
  return { ...head, signature: Buffer.from(signEd25519(message, oracles[0]!)).toString('base64') };
}

describe('log', () => {
  it('is valid from the first epoch on and from head to head, also if empty', () => {
    verify(log)();
    const empty = makeLog(0, 2, [], { sealed: NOON + 2 * HOUR, previous: log.head.head });
    verify(empty, last)();
    expect(empty.head.head).to.equal(log.head.head);
    const third = makeLog(0, 3, [{ at: NOON + 2 * HOUR, reports: [] }], {
      sealed: NOON + 3 * HOUR,
      previous: log.head.head,
    });
    verify(third, { ...last, epoch: 2, sealed_at: empty.head.sealed_at })();
  });

  it('has the same signed counts, whatever the order of their codes', () => {
    verify({ ...log, head: { ...log.head, refused: { 'bad-signature': 1, 'too-old': 2 } } })();
  });

  const [first, second] = log.entries as [Log['entries'][0], Log['entries'][0]];
  const moved = nextEntry(identity.network, { ...second, received_at: NOON * 1000 - 1 });
  const wrong: Record<string, [Log, LastHead?]> = {
    'the head is not signed by the oracle': [{ ...log, head: { ...log.head, entries: 3 } }],
    'does not follow the previous entry': [
      { ...log, entries: [second, first].map((e, i) => ({ ...e, sequence: i })) },
    ],
    'has sequence 1': [{ ...log, entries: [second, first] }],
    'does not match its hash': [{ ...log, entries: [{ ...first, reports: [] }, second] }],
    'belongs to another log': [{ ...log, entries: [{ ...first, epoch: 2 }, second] }],
    'the head counts 2 entries': [{ ...log, entries: [first] }],
    'the head names a different last entry': [
      { entries: log.entries, head: resigned({ head: FIRST_LOG_HASH }) },
    ],
    'was received out of order': [{ ...log, entries: [first, moved] }],
    'a log of this or a later epoch was included before': [log, last],
    'it was sealed before the last included head': [
      log,
      { ...last, epoch: 0, sealed_at: log.head.sealed_at + 1 },
    ],
    'the log is empty, but its head is not the last included head': [
      { entries: [], head: resigned({ entries: 0 }) },
    ],
    'the refused counts have an invalid entry': [
      { entries: log.entries, head: resigned({ refused: { 'no code': 1 } }) },
    ],
  };
  for (const refused of [{ constructor: 1 } as unknown as LogHead['refused'], { 'too-old': 2 ** 53 - 1 }])
    it(`error: counts of ${Object.keys(refused)[0]} that would overflow the sums of an epoch`, () =>
      expect(verify({ entries: log.entries, head: resigned({ refused }) })).to.throw(
        'the refused counts have an invalid entry',
      ));
  for (const [why, [given, before]] of Object.entries(wrong)) {
    it(`error: ${why}`, () => expect(verify(given, before)).to.throw(why));
  }

  it('error: an entry received before the last head was sealed, or after its own', () => {
    expect(verify(log, { ...last, epoch: 0, head: FIRST_LOG_HASH, sealed_at: NOON * 1000 + 1 })).to.throw(
      'out of order',
    );
    expect(verify({ entries: log.entries, head: resigned({ sealed_at: NOON * 1000 }) })).to.throw(
      'out of order',
    );
  });

  it('error: a log of a different network', () => {
    expect(() => verifyLog(identity.program, log, undefined)).to.throw('not signed by the oracle');
  });
});
