/** One stored value and the version a writer must name to replace it. */
export interface StoredItem {
  readonly sort: string;
  readonly body: Uint8Array;
  /** Starts at 1 and grows by one with every replacement. */
  readonly version: number;
}

/** Which items of a partition to read, in ascending order of `sort` unless `descending`. */
export interface Range {
  /** First sort key wanted, inclusive. */
  readonly from?: string;
  /** Last sort key wanted, inclusive. */
  readonly to?: string;
  readonly descending?: boolean;
  /** Most items to return. Absent: all of them. */
  readonly limit?: number;
}

/**
 * What the oracle needs of a database: single-item conditional writes and ordered reads. Nothing here spans two
 * items, so DynamoDB, dynalite or a test double can stand behind it. Every read sees every write that was answered.
 */
export interface Store {
  get(partition: string, sort: string): Promise<StoredItem | undefined>;
  /** Writes where nothing is stored yet. @returns false if the place is taken. */
  insert(partition: string, sort: string, body: Uint8Array): Promise<boolean>;
  /** Replaces the item that has `version`. @returns false if another writer was first. */
  replace(partition: string, sort: string, version: number, body: Uint8Array): Promise<boolean>;
  /** Items of a partition in order; they are fetched in slices as they are consumed. */
  query(partition: string, range?: Range): AsyncIterable<StoredItem>;
  /** Adds to named counters, atomically, making them where they don't exist. */
  count(partition: string, sort: string, amounts: Readonly<Record<string, number>>): Promise<void>;
  /** The counters `count` has made; empty if there are none. */
  counters(partition: string, sort: string): Promise<Record<string, number>>;
}

/** The first item of a range, or undefined. */
export async function first(store: Store, partition: string, range: Range): Promise<StoredItem | undefined> {
  for await (const item of store.query(partition, { ...range, limit: 1 })) return item;
  return undefined;
}

/** A non-negative integer as a sort key whose text order is its numeric order. */
export function numberKey(value: number | bigint): string {
  return value.toString().padStart(20, '0');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A JSON value as stored bytes. bigints are not JSON: callers turn them into decimal strings. */
export const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** The JSON value of stored bytes. Callers check its shape where it crossed an outer edge. */
export const parseJson = (body: Uint8Array): unknown => JSON.parse(utf8.decode(body));
