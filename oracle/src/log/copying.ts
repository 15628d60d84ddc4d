/**
 * Copies a member's sealed log page by page. How far it came is stored, so that a copy that is stopped goes on where it
 * was, in this process or another: on AWS Lambda no invocation has the time for a long log.
 *
 * A head commits to the hashes of all pages, so that a copy needs no peer in particular, and of what is stored nothing can
 * be wrong. It counts once it is complete. Of a member that signs several heads for an epoch, only the first is copied.
 */
import { DomainError, follows, type LastHead, type LogHead, type SealedLog, verifySealed } from '../domain';
import type { Oracle } from '../runtime/oracle';
import { takeLease } from '../storage/lease';
import { jsonBytes, numberKey, parseJson } from '../storage/store';
import { BEGINNING, type CopyPlace, copyPages } from './pages';
import { storeCopy } from './records';

/** How long others leave a copy to the process that began a turn at it, if that is killed, milliseconds. */
const LEASE_MS = 120_000;

/** Which log to copy, and what it follows. */
export interface Wanted {
  readonly member: string;
  readonly epoch: number;
  readonly last: LastHead | undefined;
}

/** How far a copy is, as stored. */
interface Progress extends SealedLog {
  readonly place: CopyPlace;
  /** Why the log breaks the rules, if it does. Its member signed for that, so nobody has another. */
  readonly invalid?: string;
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

/** A member's sealed log of an epoch as any peer serves it, without its pages, if it follows `last`. */
export const findSealed = (oracle: Oracle, { member, epoch, last }: Wanted): Promise<SealedLog | undefined> =>
  oracle.peers.firstOf(member, async (peer) => {
    const { head, runs } = await peer.log(epoch, { oracle: member });
    if (head.oracle !== member || head.epoch !== epoch) return undefined;
    verifySealed(oracle.identity.network, { head, runs }, last);
    return { head, runs };
  });

class Copy {
  /** Of the stored progress, which whoever goes on must replace. */
  private version = 0;

  constructor(
    private readonly oracle: Oracle,
    private readonly wanted: Wanted,
  ) {}

  async run(isOver: () => boolean): Promise<LogHead | undefined> {
    const { oracle, wanted } = this;
    const { member, epoch, last } = wanted;
    const progress = (await this.begun()) ?? (await this.begin());
    if (!progress || progress.invalid !== undefined) return undefined;
    const { head, runs } = progress;
    const count = (upTo: CopyPlace) =>
      upTo.pages + runs.slice(0, upTo.run).reduce((sum, { pages }) => sum + pages.length, 0);
    const of = count({ ...BEGINNING, run: runs.length });
    try {
      const copying = copyPages(oracle, progress, last, progress.place);
      for (;;) {
        const { value, done } = await copying.next();
        if (done) {
          if (!value) return undefined;
          break;
        }
        if (!(await this.store({ ...progress, place: value }))) return undefined;
        if (isOver() && count(value) < of) {
          oracle.events.emit('copying', { epoch, oracle: member, pages: count(value), of });
          return undefined;
        }
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.store({ ...progress, invalid: error.message });
      return undefined;
    }
    if (!(await storeCopy(oracle.store, { head, runs, at: oracle.now() }))) return undefined;
    oracle.events.emit('copied', { epoch, oracle: member, pages: of });
    return head;
  }

  private get key() {
    return [`copying:${this.wanted.member}`, numberKey(this.wanted.epoch)] as const;
  }

  /** What is stored of the copy, unless it follows another log than the one that was included meanwhile. */
  private async begun(): Promise<Progress | undefined> {
    const item = await this.oracle.store.get(...this.key);
    if (!item) return undefined;
    this.version = item.version;
    const progress = parseJson(item.body) as Progress;
    return follows(progress, this.wanted.last) ? progress : undefined;
  }

  private async begin(): Promise<Progress | undefined> {
    const log = await findSealed(this.oracle, this.wanted);
    const progress = log && { ...log, place: BEGINNING };
    return progress && (await this.store(progress)) ? progress : undefined;
  }

  /** @returns false if another process went on meanwhile */
  private async store(progress: Progress): Promise<boolean> {
    const { store } = this.oracle;
    const body = jsonBytes(progress);
    const isStored =
      this.version === 0
        ? await store.insert(...this.key, body)
        : await store.replace(...this.key, this.version, body);
    if (isStored) this.version++;
    return isStored;
  }
}
