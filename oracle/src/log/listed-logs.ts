/** Compares the logs that a proposal lists with those that this oracle has. */

import {
  DomainError,
  isHeadSigned,
  type LastHead,
  type LogHead,
  lastHead,
  logsTaken,
  type SealedLog,
  sortedCounts,
  verifyHead,
} from '../domain/index';
import { factsOf } from '../epoch/facts';
import { OracleError, Refused, reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import type { Closable } from '../tasks/close';
import { copiedAt, fetchEnd, fetchLog, havePages } from './copies';

/** The data to compare: the epoch, the heads that a proposal lists, the logs that this oracle has, and the proposer. */
interface Listing {
  readonly oracle: Oracle;
  readonly due: Closable;
  readonly heads: readonly LogHead[];
  readonly copies: readonly SealedLog[];
  readonly leader: string | undefined;
}

/**
 * Returns the logs that the heads commit to: this oracle's own, its copies, or fetched from peers.
 * @throws Refused if a log that should be listed isn't, is listed with a head that its oracle didn't seal, or is invalid;
 * OracleError `log-not-found` if no peer serves one yet
 */
export async function listedLogs(listing: Listing): Promise<SealedLog[]> {
  const { oracle, due, heads, copies } = listing;
  for (const member of due.network.committee.keys)
    for (const { head } of copies.filter((log) => log.head.oracle === member))
      if ((await checkListed(listing, head)) === 'forked') break;
  const followed = checkHeads(oracle, due, heads);
  const logs: SealedLog[] = [];
  // One time for all of them, since a leader may list many that are served slowly.
  const until = fetchEnd();
  for (const [i, head] of heads.entries()) logs.push(await logOf(listing, head, followed[i], until));
  return logs;
}

/**
 * Checks that a log which this oracle has is listed with the same head. If a member sealed two logs for one epoch, the
 * leader's choice counts from that log on, so that showing different logs to different oracles can't stall an epoch.
 * Only the member itself can cause this.
 */
async function checkListed(listing: Listing, head: LogHead): Promise<'forked' | undefined> {
  const { oracle, due, heads } = listing;
  const listed = heads.find((one) => isSame(one, head));
  if (!listed) return checkLeftOut(listing, head);
  if (sameHead(listed, head)) return undefined;
  const own = head.oracle === oracle.address;
  if (own || !isHeadSigned(oracle.identity.network, listed))
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

/** Checks that a log which isn't listed was late. @throws Refused if it was available in time */
async function checkLeftOut({ oracle, due, heads }: Listing, head: LogHead): Promise<undefined> {
  if (head.oracle === oracle.address) {
    if (head.sealed_at > inTimeUntil(oracle, due, heads)) return;
    throw new Refused(
      'own-log-missing',
      `this oracle's log of epoch ${head.epoch} is not part of the dataset`,
    );
  }
  const copied = await copiedAt(oracle, head.oracle, head.epoch);
  // Only a log that was available well before the leader's time ran out can have been left out on purpose.
  if (copied !== undefined && copied < due.attempt.since + oracle.patience.headsMs / 2)
    throw new Refused(
      'peer-log-missing',
      `the log of ${head.oracle} for epoch ${head.epoch} was published in time and is not part of the dataset`,
    );
}

/** The time in milliseconds after which a sealed log goes into the next epoch, because its oracle was down. */
function inTimeUntil({ patience }: Oracle, { network, epoch }: Closable, heads: readonly LogHead[]): number {
  const sealed = heads.filter((head) => head.epoch === epoch).map((head) => head.sealed_at);
  return Math.max(network.cutOf(epoch)!.time * 1000, ...sealed) + patience.headsMs / 2;
}

/**
 * Checks the heads: signed by members, for no future epoch, each epoch once and in order, and of no member more than a
 * dataset takes.
 * @returns what each follows
 * @throws Refused
 */
function checkHeads(
  { identity }: Oracle,
  { network, epoch, previous }: Closable,
  heads: readonly LogHead[],
): (LastHead | undefined)[] {
  const last = new Map<string, LastHead>(previous.heads.map((head) => [head.oracle, head]));
  const bad = (why: string) => new Refused('bad-manifest', why);
  for (const member of network.committee.keys) {
    const own = heads.filter((head) => head.oracle === member);
    if (logsTaken(own) < own.length)
      throw bad(`${own.length} logs of ${member} are listed, more than one dataset takes`);
  }
  return heads.map((head) => {
    if (!network.committee.keys.includes(head.oracle)) throw bad(`${head.oracle} is not in the committee`);
    if (head.epoch > epoch) throw bad(`log of ${head.oracle} is for the future epoch ${head.epoch}`);
    const before = last.get(head.oracle);
    try {
      verifyHead(identity.network, head, before);
    } catch (error) {
      throw bad(reasonOf(error));
    }
    last.set(head.oracle, lastHead(identity.network, head));
    return before;
  });
}

async function logOf(
  { oracle, copies, leader }: Listing,
  head: LogHead,
  last: LastHead | undefined,
  until: number,
): Promise<SealedLog> {
  const copy = copies.find((log) => isSame(log.head, head));
  if (copy && sameHead(copy.head, head)) return copy;
  const asBadLog = (error: unknown) => {
    throw error instanceof DomainError ? new Refused('bad-log', error.message) : error;
  };
  if (copy?.head.root === head.root) {
    // Its oracle signed two heads over the same runs, which may be valid under one of them alone.
    const log = { head, runs: copy.runs };
    if (await havePages(oracle, log, last, until).catch(asBadLog)) return log;
  }
  const isOver = performance.now() >= until;
  const fetched = isOver
    ? undefined
    : await fetchLog(oracle, head, { last, first: leader, until }).catch(asBadLog);
  if (fetched) return fetched;
  throw new OracleError(
    'log-not-found',
    `the log of ${head.oracle} for epoch ${head.epoch} can't be fetched yet`,
  );
}

const isSame = (a: LogHead, b: LogHead): boolean => a.oracle === b.oracle && a.epoch === b.epoch;

const sameHead = (a: LogHead, b: LogHead): boolean =>
  a.root === b.root &&
  a.previous === b.previous &&
  a.reports === b.reports &&
  a.sealed_at === b.sealed_at &&
  a.signature === b.signature &&
  JSON.stringify(sortedCounts(a.refused)) === JSON.stringify(sortedCounts(b.refused));
