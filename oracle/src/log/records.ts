/** How logs are stored: lanes while an epoch collects, what was sealed and copied for good. */
import type { Counts, RunReference, SealedLog } from '../domain';
import { jsonBytes, numberKey, parseJson, type Store, type StoredItem } from '../storage/store';

/** The partition of this oracle's log of an epoch: which lanes it has. */
export const logPartition = (oracle: string, epoch: number): string => `log:${oracle}:${epoch}`;
/** The partition of one lane of this oracle's log. */
export const lanePartition = (oracle: string, epoch: number, lane: string): string =>
  `log:${oracle}:${epoch}:${lane}`;
/** The partition of what an oracle keeps about its own log. */
export const ownPartition = (oracle: string): string => `log:${oracle}`;
/** The partitions of what was sealed and of the copies of a peer's logs, by epoch. Only who seals or copies writes there. */
const sealedPartition = (oracle: string): string => `sealed:${oracle}`;
const copiesPartition = (member: string): string => `copies:${member}`;

/** Items of a log's partition: lanes are registered as `lane:` and their name. */
const LANE = 'lane:';
/** All of them: a semicolon is the next character after a colon. */
const LANES = { from: LANE, to: LANE.replace(':', ';') };
/** No lane that is registered once this is there is used. */
const CLOSING = 'closing';
/** What the lanes had when they ended. */
const CLOSED = 'closed';

/** The first byte of a lane's item: an entry, or the end, behind which nothing can be appended. */
const [ENTRY, END] = [1, 2];

/** An item of a lane: the bytes of an entry, or undefined for the end. */
export const laneItem = (entry?: Uint8Array): Uint8Array =>
  entry ? Buffer.concat([Uint8Array.of(ENTRY), entry]) : Uint8Array.of(END);

/** The entry in a lane's item, or undefined if it is the end. */
export function entryOf({ body, sort }: StoredItem): Uint8Array | undefined {
  if (body[0] === ENTRY) return body.subarray(1);
  if (body[0] === END && body.length === 1) return undefined;
  throw new Error(`item ${sort} of a lane has the unknown version ${body[0]}`);
}

/** What the lanes of an epoch had when they ended. */
export interface ClosedLanes {
  /** Milliseconds of the oracle's clock: nothing in them was received later, and nothing in the next ones earlier. */
  readonly at: number;
  /** Those that have any entries. */
  readonly lanes: readonly { readonly lane: string; readonly entries: number }[];
}

/** A log that this oracle sealed, with the counts of all refusals up to its head; the next head's are the growth since. */
export interface OwnLog extends SealedLog {
  readonly refusedInAll: Counts;
}

/** A complete copy of a peer's log. */
export interface CopiedLog extends SealedLog {
  /** When it was completed, milliseconds of this oracle's clock. */
  readonly at: number;
}

/** A lane as it is registered. Only its writer changes it. */
interface LaneEntry {
  /** Milliseconds of the oracle's clock. */
  readonly since: number;
  /** Bytes of the log that it may take. */
  readonly bytes: number;
}

/** A lane's place in the roster, under a random name. */
export interface LanePlace {
  readonly oracle: string;
  readonly epoch: number;
  readonly name: string;
}

/** Registers a lane. @returns whether it may be used: false if the lanes are about to end */
export async function registerLane(store: Store, place: LanePlace, entry: LaneEntry): Promise<boolean> {
  const partition = logPartition(place.oracle, place.epoch);
  await store.insert(partition, LANE + place.name, jsonBytes(entry));
  // Whoever ends the lanes writes this before reading which there are: either this lane is among them, or this is found.
  return (await store.get(partition, CLOSING)) === undefined;
}

/**
 * Notes how many bytes a lane may take. Each lane notes its own, and then adds up all: of two that do so at once, the later
 * one finds both.
 * @returns the bytes of all lanes
 */
export async function noteLaneBytes(store: Store, place: LanePlace, entry: LaneEntry): Promise<number> {
  const partition = logPartition(place.oracle, place.epoch);
  for (let isNoted = false; !isNoted; ) {
    const item = (await store.get(partition, LANE + place.name))!;
    // It is there already if a client library has repeated a write whose answer was lost.
    isNoted =
      (parseJson(item.body) as LaneEntry).bytes === entry.bytes ||
      (await store.replace(partition, LANE + place.name, item.version, jsonBytes(entry)));
  }
  let bytes = 0;
  for await (const { body } of store.query(partition, LANES)) bytes += (parseJson(body) as LaneEntry).bytes;
  return bytes;
}

/** Makes sure that no further lane is registered and used. @returns those that are registered */
export async function closeRoster(store: Store, oracle: string, epoch: number): Promise<string[]> {
  const partition = logPartition(oracle, epoch);
  await store.insert(partition, CLOSING, jsonBytes({}));
  return lanesOf(store, oracle, epoch);
}

/** The lanes that are registered. */
export async function lanesOf(store: Store, oracle: string, epoch: number): Promise<string[]> {
  const lanes: string[] = [];
  for await (const { sort } of store.query(logPartition(oracle, epoch), LANES))
    lanes.push(sort.slice(LANE.length));
  return lanes;
}

/** What the lanes had when they ended, or undefined if they haven't. */
export async function closedLanes(
  store: Store,
  oracle: string,
  epoch: number,
): Promise<ClosedLanes | undefined> {
  const item = await store.get(logPartition(oracle, epoch), CLOSED);
  return item && (parseJson(item.body) as ClosedLanes);
}

/** Notes what the lanes had. @returns what was noted first */
export async function noteClosed(
  store: Store,
  oracle: string,
  epoch: number,
  closed: ClosedLanes,
): Promise<ClosedLanes> {
  if (await store.insert(logPartition(oracle, epoch), CLOSED, jsonBytes(closed))) return closed;
  return (await closedLanes(store, oracle, epoch))!;
}

/** The entries of a lane from its first. The end isn't among them. */
export async function* laneEntries(
  store: Store,
  oracle: string,
  epoch: number,
  lane: string,
): AsyncGenerator<Uint8Array> {
  for await (const item of store.query(lanePartition(oracle, epoch, lane))) {
    const entry = entryOf(item);
    if (!entry) return;
    yield entry;
  }
}

/** A log that this oracle has sealed, or undefined if it isn't sealed. */
export async function sealedLog(store: Store, oracle: string, epoch: number): Promise<OwnLog | undefined> {
  const item = await store.get(sealedPartition(oracle), numberKey(epoch));
  return item && (parseJson(item.body) as OwnLog);
}

/** Stores a sealed log, whose pages are stored already. @returns the one that was stored first */
export async function storeSealed(store: Store, { head, runs, refusedInAll }: OwnLog): Promise<OwnLog> {
  const { oracle, epoch } = head;
  const log = { head, runs: listed(runs), refusedInAll };
  if (await store.insert(sealedPartition(oracle), numberKey(epoch), jsonBytes(log))) return log;
  return (await sealedLog(store, oracle, epoch))!;
}

/** The complete copy of a peer's log, or undefined if there is none. */
export async function storedCopy(
  store: Store,
  member: string,
  epoch: number,
): Promise<CopiedLog | undefined> {
  const item = await store.get(copiesPartition(member), numberKey(epoch));
  return item && (parseJson(item.body) as CopiedLog);
}

/** Stores a copy, whose pages are stored already. @returns false if there is one of another head */
export async function storeCopy(store: Store, { head, runs, at }: CopiedLog): Promise<boolean> {
  const { oracle: member, epoch } = head;
  const copy = { head, runs: listed(runs), at };
  if (await store.insert(copiesPartition(member), numberKey(epoch), jsonBytes(copy))) return true;
  return (await storedCopy(store, member, epoch))?.head.signature === head.signature;
}

/** A sealed log of this oracle or the copy of a peer's, or undefined if it isn't there. */
export const storedLog = (
  { store, address }: { readonly store: Store; readonly address: string },
  member: string,
  epoch: number,
): Promise<SealedLog | undefined> =>
  member === address ? sealedLog(store, member, epoch) : storedCopy(store, member, epoch);

const listed = (runs: readonly RunReference[]): RunReference[] =>
  runs.map(({ shard, reports, pages }) => ({ shard, reports, pages }));
