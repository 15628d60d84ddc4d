/** The logs that a proposal lists, held against those that this oracle has. */

import {
  isHeadSigned,
  type LastHead,
  type Log,
  type LogHead,
  sortedCounts,
  verifyHead,
} from '../domain/index';
import { factsOf } from '../epoch/facts';
import { OracleError, Refused, reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import type { Closable } from '../tasks/close';
import { copiedAt, fetchLog } from './copies';

/** What is compared: the epoch, the heads a proposal lists, the logs this oracle has, and who proposes. */
interface Listing {
  readonly oracle: Oracle;
  readonly due: Closable;
  readonly heads: readonly LogHead[];
  readonly copies: readonly Log[];
  readonly leader: string | undefined;
}

/**
 * The logs that the heads commit to: this oracle's own, copies, or fetched.
 * @throws Refused where one that should be listed isn't, or is listed otherwise than its oracle sealed it; OracleError
 * `log-not-found` while nobody serves one
 */
export async function listedLogs(listing: Listing): Promise<Log[]> {
  const { oracle, due, heads, copies } = listing;
  for (const member of due.network.committee.keys)
    for (const { head } of copies.filter((log) => log.head.oracle === member))
      if ((await checkListed(listing, head)) === 'forked') break;
  checkHeads(oracle, due, heads);
  const logs: Log[] = [];
  for (const head of heads) logs.push(await logOf(listing, head));
  return logs;
}

/**
 * Whether a log that this oracle has is listed as it is. A member that sealed two logs for one epoch has no claim to
 * either: the leader's choice counts from there on, so that showing each oracle another log can't stall an epoch. Nobody
 * but the member itself can bring that about.
 */
async function checkListed(listing: Listing, head: LogHead): Promise<'forked' | undefined> {
  const { oracle, due, heads } = listing;
  const listed = heads.find((one) => isSame(one, head));
  if (!listed) return checkLeftOut(listing, head);
  if (sameHead(listed, head)) return undefined;
  const own = head.oracle === oracle.address;
  if (own || !isSigned(oracle, listed))
    throw new Refused(
      own ? 'own-log-altered' : 'peer-log-altered',
      `the log of ${head.oracle} for epoch ${head.epoch} is listed with another head`,
    );
  const facts = factsOf(oracle.store, head.epoch);
  const name = `forked:${head.oracle}`;
  if (!(await facts.read(name))) {
    await facts.decide(name, [head, listed]);
    oracle.events.emit('forked', { epoch: due.epoch, oracle: head.oracle });
  }
  return 'forked';
}

async function checkLeftOut({ oracle, due, heads }: Listing, head: LogHead): Promise<undefined> {
  if (head.oracle === oracle.address) {
    if (head.sealed_at > inTimeUntil(oracle, due, heads)) return;
    throw new Refused(
      'own-log-missing',
      `this oracle's log of epoch ${head.epoch} is not part of the dataset`,
    );
  }
  const copied = await copiedAt(oracle, head.oracle, head.epoch);
  // Only what was there well before the leader's time ran out can have been left out on purpose.
  if (copied !== undefined && copied < due.attempt.since + oracle.patience.headsMs / 2)
    throw new Refused(
      'peer-log-missing',
      `the log of ${head.oracle} for epoch ${head.epoch} was published in time and is not part of the dataset`,
    );
}

/** A log sealed later than this, because its oracle was down, goes to the next epoch. Milliseconds. */
function inTimeUntil({ patience }: Oracle, { network, epoch }: Closable, heads: readonly LogHead[]): number {
  const sealed = heads.filter((head) => head.epoch === epoch).map((head) => head.sealed_at);
  return Math.max(network.cutOf(epoch)!.time * 1000, ...sealed) + patience.headsMs / 2;
}

/** That the heads alone can be closed with: of members, of epochs so far, each once, in order, signed. @throws Refused */
function checkHeads(
  { identity }: Oracle,
  { network, epoch, previous }: Closable,
  heads: readonly LogHead[],
): void {
  const last = new Map<string, LastHead>(previous.heads.map((head) => [head.oracle, head]));
  for (const head of heads) {
    const bad = (why: string) => new Refused('bad-manifest', why);
    if (!network.committee.keys.includes(head.oracle)) throw bad(`${head.oracle} is not in the committee`);
    if (head.epoch > epoch) throw bad(`log of ${head.oracle} is of epoch ${head.epoch}, to come`);
    try {
      verifyHead(identity.network, head, last.get(head.oracle));
    } catch (error) {
      throw bad(reasonOf(error));
    }
    last.set(head.oracle, head);
  }
}

async function logOf({ oracle, copies, leader }: Listing, head: LogHead): Promise<Log> {
  const copy = copies.find((log) => isSame(log.head, head));
  // A head that its oracle signed twice over the same entries.
  if (copy?.head.head === head.head && copy.head.entries === head.entries)
    return { head, entries: copy.entries };
  const fetched = await fetchLog(oracle, head, leader);
  if (fetched) return fetched;
  throw new OracleError(
    'log-not-found',
    `the log of ${head.oracle} for epoch ${head.epoch} can't be fetched yet`,
  );
}

const isSame = (a: LogHead, b: LogHead): boolean => a.oracle === b.oracle && a.epoch === b.epoch;

const sameHead = (a: LogHead, b: LogHead): boolean =>
  a.head === b.head &&
  a.entries === b.entries &&
  a.sealed_at === b.sealed_at &&
  a.signature === b.signature &&
  JSON.stringify(sortedCounts(a.refused)) === JSON.stringify(sortedCounts(b.refused));

function isSigned({ identity }: Oracle, head: LogHead): boolean {
  try {
    return isHeadSigned(identity.network, head);
  } catch {
    // A number that the signed form has no room for.
    return false;
  }
}
