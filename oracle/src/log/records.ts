/** How an oracle's logs are stored: lanes while an epoch collects, what was sealed for good. */
import type { Counts, LogHead, RunReference, SealedLog } from '../domain';
import { jsonBytes, parseJson, type Store, type StoredItem } from '../storage/store';

/**
 * How long the entries of lanes are kept, seconds. They are needed until the epoch has been sealed, which takes minutes, and
 * hours after an outage: 90 days are far beyond what an epoch and a pause of the network take together.
 */
const LANE_SECONDS = 90 * 86_400;

/** The partition of an oracle's log of an epoch: this oracle's own log or a verified copy of a peer's. */
export const logPartition = (oracle: string, epoch: number): string => `log:${oracle}:${epoch}`;
/** The partition of one lane of this oracle's log. */
export const lanePartition = (oracle: string, epoch: number, lane: string): string =>
  `log:${oracle}:${epoch}:${lane}`;
/** The partition of what an oracle keeps about its own log. */
export const ownPartition = (oracle: string): string => `log:${oracle}`;

/** When what is stored now in a lane may be dropped. */
export const laneExpiry = (now: number): number => Math.ceil(now / 1000) + LANE_SECONDS;

/** Items of a log's partition: lanes are registered as `lane:` and their name. */
const LANE = 'lane:';
/** All of them: a semicolon is the next character after a colon. */
const LANES = { from: LANE, to: LANE.replace(':', ';') };
/** No lane that is registered once this is there is used. */
const CLOSING = 'closing';
/** What the lanes had when they ended. */
const CLOSED = 'closed';
const SEALED = 'sealed';

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

/** A sealed log as stored, with the counts of all refusals up to its head; the next head's are the growth since. */
export interface StoredLog extends SealedLog {
  readonly refusedInAll: Counts;
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

/** Returns a sealed log, or undefined if it isn't sealed or stored. */
export async function sealedLog(store: Store, oracle: string, epoch: number): Promise<StoredLog | undefined> {
  const item = await store.get(logPartition(oracle, epoch), SEALED);
  return item && (parseJson(item.body) as StoredLog);
}

/** Returns the head of a log, or undefined if the log isn't sealed or stored. */
export const storedHead = async (store: Store, oracle: string, epoch: number): Promise<LogHead | undefined> =>
  (await sealedLog(store, oracle, epoch))?.head;

/** Stores a sealed log, whose pages are stored already. @returns the one that was stored first */
export async function storeSealed(store: Store, { head, runs, refusedInAll }: StoredLog): Promise<StoredLog> {
  const { oracle, epoch } = head;
  const listed = runs.map(({ shard, reports, pages }: RunReference) => ({ shard, reports, pages }));
  const log = { head, runs: listed, refusedInAll };
  if (await store.insert(logPartition(oracle, epoch), SEALED, jsonBytes(log))) return log;
  return (await sealedLog(store, oracle, epoch))!;
}
