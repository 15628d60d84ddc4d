/**
 * Copies a member's sealed log slice by slice. How far it came is stored with each, so that a copy that is stopped goes
 * on where it was, in this process or another: on AWS Lambda no invocation has the time for a long log.
 *
 * Entries are chained as they come, but only the last one's hash shows whether they are those that the head commits to.
 * So a copy counts once its head is stored, which comes last. Until then its slots may be written again: a peer whose
 * entries lead elsewhere isn't asked again for this log, and the copy begins anew with another.
 */
import type { OracleClient } from '@commonwire/sdk/oracle';
import {
  FIRST_LOG_HASH,
  type LastHead,
  type LogEntry,
  type LogHead,
  logEntryHash,
  verifyHead,
} from '../domain';
import type { Oracle } from '../runtime/oracle';
import { takeLease } from '../storage/lease';
import { jsonBytes, numberKey, parseJson } from '../storage/store';
import { logPartition, MAX_LOG_BYTES, recordBytes, writeRecord } from './records';

/** Entries that are written at once. */
const WRITES = 16;
/** A peer that takes longer for a slice loses its turn to the next, milliseconds. */
const SLOW_MS = 5_000;
/** How long others leave a copy to the process that began a turn at it, if that is killed, milliseconds. */
const LEASE_MS = 120_000;

/** Which log to copy, and the last included one, which it follows. */
export interface Wanted {
  readonly member: string;
  readonly epoch: number;
  readonly last: LastHead | undefined;
}

/** How far a copy is, as stored. */
interface Progress {
  readonly head: LogHead;
  /** URL of the peer that served the last slice in time. */
  readonly source?: string;
  /** URLs of peers that served other entries than those that the head commits to. */
  readonly bad: readonly string[];
  /** Entries that are stored, with the hash and time of the last one, and their bytes. */
  readonly entries: number;
  readonly previous: string;
  readonly time: number;
  readonly bytes: number;
}

/**
 * Copies a log until it is complete or `isOver`. Emits `copied`, or `copying` if something is left to do.
 * @returns its head once it is complete
 */
export async function copyLog(
  oracle: Oracle,
  wanted: Wanted,
  isOver: () => boolean,
): Promise<LogHead | undefined> {
  // Only functions on AWS have others beside them.
  if (oracle.copyMs === undefined) return new Copy(oracle, wanted).run(isOver);
  const now = oracle.now();
  const lease = await takeLease(oracle.store, `copy:${wanted.member}`, {
    owner: 'copy',
    now,
    until: now + LEASE_MS,
  });
  const end = performance.now() + LEASE_MS / 2;
  try {
    return lease && (await new Copy(oracle, wanted).run(() => isOver() || performance.now() >= end));
  } finally {
    await lease?.release();
  }
}

class Copy {
  private progress: Progress | undefined;
  /** Of the stored progress, which whoever goes on must replace. */
  private version = 0;

  constructor(
    private readonly oracle: Oracle,
    private readonly wanted: Wanted,
  ) {}

  async run(isOver: () => boolean): Promise<LogHead | undefined> {
    const { oracle, wanted } = this;
    const { member, epoch } = wanted;
    const item = await oracle.store.get(...this.place);
    if (item) [this.progress, this.version] = [parseJson(item.body) as Progress, item.version];
    // However short the time is, a turn gets on.
    let begun = false;
    for (const peer of await this.inOrder()) {
      while (!begun || !isOver()) {
        const more = await this.slice(peer);
        if (more === 'no') break;
        begun = true;
        const { head, entries } = this.progress!;
        if (more === 'yes') continue;
        oracle.events.emit('copied', { epoch, oracle: member, entries });
        return head;
      }
    }
    const { progress } = this;
    if (progress && isOver())
      oracle.events.emit('copying', {
        epoch,
        oracle: member,
        entries: progress.entries,
        of: progress.head.entries,
      });
    return undefined;
  }

  private get place() {
    return [`copying:${this.wanted.member}`, numberKey(this.wanted.epoch)] as const;
  }

  /** The peer that served the last slice first, then the log's own oracle. */
  private async inOrder(): Promise<readonly OracleClient[]> {
    const all = await this.oracle.peers.inOrder(this.wanted.member);
    const { source, bad = [] } = this.progress ?? {};
    const usable = all.filter(({ url }) => !bad.includes(url));
    return [...usable.filter(({ url }) => url === source), ...usable.filter(({ url }) => url !== source)];
  }

  /** Takes the next slice from a peer: whether there are more, that was the last, or this peer is of no use now. */
  private async slice(peer: OracleClient): Promise<'yes' | 'last' | 'no'> {
    const { member, epoch } = this.wanted;
    const begun = performance.now();
    const from = this.progress?.entries ?? 0;
    const slice = await peer.log(epoch, { from, oracle: member }).catch(() => undefined);
    if (!slice?.head || !this.accepts(slice.head)) return 'no';
    const before = this.progress ?? this.begin(slice.head, []);
    const next = this.chained(before, slice.entries, peer.url);
    // Without an entry it would be asked again and again.
    const isStuck = slice.entries.length === 0 && before.entries < before.head.entries;
    if (!next || isStuck || (next.entries === next.head.entries && next.previous !== next.head.head)) {
      // Nothing is noted of a log that is wrong in its first slice: its oracle may have signed another one, too.
      if (from === 0) return 'no';
      const isOwn = before.source === peer.url;
      // Who is wrong, this peer or the one before it, shows when the log has been read from one of them alone.
      const anew = this.begin(before.head, isOwn ? [...before.bad, peer.url] : before.bad);
      return (await this.store(anew)) && !isOwn ? 'yes' : 'no';
    }
    if (next.bytes > MAX_LOG_BYTES) return 'no';
    await this.write(slice.entries);
    if (next.entries === next.head.entries) {
      await this.seal(next.head);
      this.progress = next;
      return 'last';
    }
    const isSlow = performance.now() - begun > SLOW_MS;
    const stored = await this.store(isSlow ? { ...next, source: undefined } : next);
    return stored && !isSlow ? 'yes' : 'no';
  }

  /** Whether a head is usable, and the one whose log was begun: of a member that signs several, none else is copied. */
  private accepts(head: LogHead): boolean {
    const { member, epoch, last } = this.wanted;
    const begun = this.progress?.head;
    if (head.oracle !== member || head.epoch !== epoch) return false;
    if (begun) return begun.head === head.head && begun.signature === head.signature;
    try {
      verifyHead(this.oracle.identity.network, head, last);
      return true;
    } catch {
      return false;
    }
  }

  private begin(head: LogHead, bad: readonly string[]): Progress {
    const { last } = this.wanted;
    const previous = last?.head ?? FIRST_LOG_HASH;
    return { head, bad, entries: 0, previous, time: last?.sealed_at ?? 0, bytes: 0 };
  }

  /** The progress with these entries, by the same rules as `verifyLog`; undefined if they don't follow. */
  private chained(before: Progress, entries: readonly LogEntry[], source: string): Progress | undefined {
    const { head } = before;
    let { previous, time, bytes, entries: sequence } = before;
    for (const entry of entries) {
      const isNext =
        entry.oracle === head.oracle &&
        entry.epoch === head.epoch &&
        entry.sequence === sequence &&
        sequence < head.entries &&
        entry.previous === previous &&
        entry.received_at >= time &&
        entry.received_at <= head.sealed_at &&
        logEntryHash(this.oracle.identity.network, entry) === entry.hash;
      if (!isNext) return undefined;
      previous = entry.hash;
      time = entry.received_at;
      bytes += recordBytes({ entry }).length;
      sequence++;
    }
    return { ...before, source, entries: sequence, previous, time, bytes };
  }

  private async write(entries: readonly LogEntry[]): Promise<void> {
    for (let i = 0; i < entries.length; i += WRITES)
      await Promise.all(entries.slice(i, i + WRITES).map((entry) => this.put(entry)));
  }

  /** Writes an entry, also where a copy that led elsewhere has left another one. */
  private async put(entry: LogEntry): Promise<void> {
    const { store } = this.oracle;
    const { member, epoch } = this.wanted;
    const slot = entry.sequence;
    if (await writeRecord(store, { oracle: member, epoch, slot }, { entry })) return;
    const partition = logPartition(member, epoch);
    const there = await store.get(partition, numberKey(slot));
    if (there) await store.replace(partition, numberKey(slot), there.version, recordBytes({ entry }));
  }

  /** Stores the head, from which on the copy counts. */
  private async seal(head: LogHead): Promise<void> {
    const { store, now } = this.oracle;
    const { member, epoch } = this.wanted;
    await writeRecord(store, { oracle: member, epoch, slot: head.entries }, { head, refused: {} });
    await store.insert(`copies:${member}`, numberKey(epoch), jsonBytes({ at: now() }));
  }

  /** @returns false if another process went on meanwhile */
  private async store(progress: Progress): Promise<boolean> {
    const { store } = this.oracle;
    const body = jsonBytes(progress);
    const stored =
      this.version === 0
        ? await store.insert(...this.place, body)
        : await store.replace(...this.place, this.version, body);
    if (!stored) return false;
    this.version++;
    this.progress = progress;
    return true;
  }
}
