/** A stored value and the version that a writer must name to replace it. */
export interface StoredItem {
  readonly sort: string;
  readonly body: Uint8Array;
  /** Starts at 1 and grows by 1 with every replacement. */
  readonly version: number;
}

/** The items of a partition to read, in ascending order of `sort` unless `descending`. */
export interface Range {
  /** First sort key, inclusive. */
  readonly from?: string;
  /** Last sort key, inclusive. */
  readonly to?: string;
  readonly descending?: boolean;
  /** Maximum number of items to return; all if absent. */
  readonly limit?: number;
}

/**
 * The oracle's requirements on a database: conditional writes of single items and ordered reads. Nothing spans two
 * items, so DynamoDB, dynalite or a test double can implement it. Reads see every write that was acknowledged.
 */
export interface Store {
  get(partition: string, sort: string): Promise<StoredItem | undefined>;
  /** Writes an item if its key is free. @returns false if the key is taken */
  insert(partition: string, sort: string, body: Uint8Array): Promise<boolean>;
  /** Replaces an item if it still has `version`. @returns false if another writer was first */
  replace(partition: string, sort: string, version: number, body: Uint8Array): Promise<boolean>;
  /** Yields items of a partition in order; pages are fetched as they are consumed. */
  query(partition: string, range?: Range): AsyncIterable<StoredItem>;
  /** Adds to named counters atomically, creating missing ones. */
  count(partition: string, sort: string, amounts: Readonly<Record<string, number>>): Promise<void>;
  /** Returns the counters created by `count`; empty if there are none. */
  counters(partition: string, sort: string): Promise<Record<string, number>>;
  /** Drops a partition's items. Only a store that doesn't drop what has expired by itself can do that. */
  clear?(partition: string): Promise<void>;
}

/** Converts a non-negative integer to a sort key that sorts numerically. */
export function numberKey(value: number | bigint): string {
  return value.toString().padStart(20, '0');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Converts a JSON value to bytes for storing. Callers must convert bigints to decimal strings first. */
export const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** Parses stored bytes as JSON. Callers must validate the value if it came from outside. */
export const parseJson = (body: Uint8Array): unknown => JSON.parse(utf8.decode(body));
