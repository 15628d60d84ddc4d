import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { waiting } from '../runtime/aws';
import { storeUnavailable } from '../runtime/errors';
import type { Range, Store, StoredItem } from './store';

/**
 * Attributes of the table: partition `p`, sort `s`, version `v` and body, as it is in `b` or deflated in `d`; `x`: when it
 * expires, unix seconds. An item's counters are `n:<name>`.
 */
const PARTITION = 'p';
const SORT = 's';
const COUNTER = 'n:';
/** Bodies from this length on are deflated: DynamoDB charges what is written by the KB. No item has more than 400 KB. */
const [LEAST_DEFLATED, MOST_DEFLATED] = [1024, 400 * 1024];
/** Higher levels take longer and save less than a percent: most of a report that isn't repeated is a signature. */
const DEFLATE = { level: 1 };
/** Most items that one request deletes. */
const MOST_DROPPED = 25;

/** A whole item, for copying a table. */
export interface WholeItem {
  readonly partition: string;
  readonly sort: string;
  /** Missing if the item only has counters. */
  readonly body?: Uint8Array;
  readonly version?: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** The key schema for {@link ensureTable}; `serverless.yml` defines the same one. */
const SCHEMA = {
  AttributeDefinitions: [
    { AttributeName: PARTITION, AttributeType: 'S' as const },
    { AttributeName: SORT, AttributeType: 'S' as const },
  ],
  KeySchema: [
    { AttributeName: PARTITION, KeyType: 'HASH' as const },
    { AttributeName: SORT, KeyType: 'RANGE' as const },
  ],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

/**
 * Creates a DynamoDB client; with `endpoint`, for a local server that checks no credentials.
 * @param ms how long it waits for an answer, each time that it tries, milliseconds
 */
export function dynamoClient(endpoint?: string, ms?: number): DynamoDBClient {
  const local: DynamoDBClientConfig = {
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  return new DynamoDBClient({ ...waiting(ms), ...(endpoint && local) });
}

/** Creates the table on a local server, where CloudFormation doesn't, and waits until it can be used. */
export async function ensureTable(client: DynamoDBClient, table: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand({ TableName: table, ...SCHEMA }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  for (let tries = 0; tries < 200; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`table ${table} did not become active within 5 s; delete it and start again`);
}

/** Implements {@link Store} with one DynamoDB table. */
export class DynamoStore implements Store {
  /** @param expiry when an item of a partition expires, unix seconds, if it does */
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly expiry: (partition: string) => number | undefined = () => undefined,
  ) {}

  /** @throws OracleError `store-unavailable` if the database can't do it now */
  private readonly send: DynamoDBClient['send'] = (async (command: Parameters<DynamoDBClient['send']>[0]) => {
    try {
      return await this.client.send(command);
    } catch (error) {
      throw isPassing(error) ? storeUnavailable(error) : error;
    }
  }) as DynamoDBClient['send'];

  async get(partition: string, sort: string): Promise<StoredItem | undefined> {
    const { Item } = await this.send(
      new GetItemCommand({ TableName: this.table, Key: key(partition, sort), ConsistentRead: true }),
    );
    return Item ? stored(Item) : undefined;
  }

  insert(partition: string, sort: string, body: Uint8Array): Promise<boolean> {
    return this.unlessRefused(
      new PutItemCommand({
        TableName: this.table,
        Item: this.item(partition, sort, 1, body),
        ConditionExpression: 'attribute_not_exists(p)',
      }),
    );
  }

  replace(partition: string, sort: string, version: number, body: Uint8Array): Promise<boolean> {
    return this.unlessRefused(
      new PutItemCommand({
        TableName: this.table,
        Item: this.item(partition, sort, version + 1, body),
        ConditionExpression: 'v = :v',
        ExpressionAttributeValues: { ':v': { N: String(version) } },
      }),
    );
  }

  async *query(partition: string, range: Range = {}): AsyncIterable<StoredItem> {
    const bounds = bounded(range);
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    let cursor: Record<string, AttributeValue> | undefined;
    do {
      const slice = await this.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: `p = :p${bounds.condition}`,
          ExpressionAttributeValues: { ':p': { S: partition }, ...bounds.values },
          ConsistentRead: true,
          ScanIndexForward: !range.descending,
          ...(Number.isFinite(left) ? { Limit: left } : {}),
          ...(cursor ? { ExclusiveStartKey: cursor } : {}),
        }),
      );
      for (const item of slice.Items ?? []) {
        yield stored(item);
        left--;
      }
      cursor = slice.LastEvaluatedKey;
    } while (cursor && left > 0);
  }

  async count(partition: string, sort: string, amounts: Readonly<Record<string, number>>): Promise<void> {
    const entries = Object.entries(amounts).filter(([, amount]) => amount !== 0);
    if (entries.length === 0) return;
    await this.send(
      new UpdateItemCommand({
        TableName: this.table,
        Key: key(partition, sort),
        UpdateExpression: `ADD ${entries.map((_, i) => `#n${i} :n${i}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#n${i}`, COUNTER + name])),
        ExpressionAttributeValues: Object.fromEntries(
          entries.map(([, amount], i) => [`:n${i}`, { N: String(amount) }]),
        ),
      }),
    );
  }

  async counters(partition: string, sort: string): Promise<Record<string, number>> {
    const { Item } = await this.send(
      new GetItemCommand({ TableName: this.table, Key: key(partition, sort), ConsistentRead: true }),
    );
    return countersOf(Item ?? {});
  }

  /** Drops a partition's items, for a local server, which drops nothing when it expires. */
  async drop(partition: string): Promise<void> {
    for (;;) {
      const { Items = [] } = await this.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: 'p = :p',
          ExpressionAttributeValues: { ':p': { S: partition } },
          ProjectionExpression: 'p, s',
          Limit: MOST_DROPPED,
        }),
      );
      if (Items.length === 0) return;
      const deletes = Items.map((Key) => ({ DeleteRequest: { Key } }));
      await this.send(new BatchWriteItemCommand({ RequestItems: { [this.table]: deletes } }));
    }
  }

  /**
   * Yields every item of the table. A partition's items come in ascending order, so that of those that are appended
   * meanwhile none is missing before one that is there. With `partition`, only its items.
   */
  async *whole(partition?: string): AsyncIterable<WholeItem> {
    let cursor: Record<string, AttributeValue> | undefined;
    do {
      const from = {
        TableName: this.table,
        ConsistentRead: true,
        ...(cursor && { ExclusiveStartKey: cursor }),
      };
      const slice = await this.send(
        partition === undefined
          ? new ScanCommand(from)
          : new QueryCommand({
              ...from,
              KeyConditionExpression: 'p = :p',
              ExpressionAttributeValues: { ':p': { S: partition } },
            }),
      );
      for (const item of slice.Items ?? []) yield wholeItem(item);
      cursor = slice.LastEvaluatedKey;
    } while (cursor);
  }

  /** Writes an item as {@link whole} gave it, replacing any that is there. */
  async putWhole({ partition, sort, body, version, counters }: WholeItem): Promise<void> {
    const named = Object.entries(counters).map(
      ([name, value]) => [COUNTER + name, { N: String(value) }] as const,
    );
    await this.send(
      new PutItemCommand({
        TableName: this.table,
        Item: {
          ...key(partition, sort),
          ...(body && { ...bodyAttribute(body), v: { N: String(version) } }),
          ...Object.fromEntries(named),
        },
      }),
    );
  }

  private item(partition: string, sort: string, version: number, body: Uint8Array) {
    const expires = this.expiry(partition);
    return {
      ...key(partition, sort),
      v: { N: String(version) },
      ...bodyAttribute(body),
      ...(expires !== undefined && { x: { N: String(expires) } }),
    };
  }

  private async unlessRefused(command: PutItemCommand): Promise<boolean> {
    try {
      await this.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** Failures of the database itself, of a disk or of the way to it, which pass; by the error's name or code. */
const PASSING = [
  'InternalServerError',
  'ServiceUnavailable',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
];
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  (PASSING.includes(error.name) || PASSING.includes((error as NodeJS.ErrnoException).code ?? ''));

const key = (partition: string, sort: string) => ({ [PARTITION]: { S: partition }, [SORT]: { S: sort } });

/** The attribute that an item has its body in: the shorter one. */
function bodyAttribute(body: Uint8Array): Record<string, AttributeValue> {
  if (body.length < LEAST_DEFLATED || body.length > MOST_DEFLATED) return { b: { B: body } };
  const deflated = deflateRawSync(body, DEFLATE);
  return deflated.length < body.length ? { d: { B: deflated } } : { b: { B: body } };
}

const bodyOf = ({ b, d }: Record<string, AttributeValue>): Uint8Array | undefined =>
  d?.B ? inflateRawSync(d.B, { maxOutputLength: MOST_DEFLATED }) : b?.B;

function stored(item: Record<string, AttributeValue>): StoredItem {
  return {
    sort: item[SORT]?.S ?? '',
    body: bodyOf(item) ?? new Uint8Array(),
    version: Number(item.v?.N ?? 0),
  };
}

function countersOf(item: Record<string, AttributeValue>): Record<string, number> {
  const named = Object.entries(item).filter(([name]) => name.startsWith(COUNTER));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(COUNTER.length), Number(value.N)]));
}

function wholeItem(item: Record<string, AttributeValue>): WholeItem {
  const body = bodyOf(item);
  return {
    partition: item[PARTITION]?.S ?? '',
    sort: item[SORT]?.S ?? '',
    ...(body && { body, version: Number(item.v?.N ?? 1) }),
    counters: countersOf(item),
  };
}

function bounded({ from, to }: Range): { condition: string; values: Record<string, AttributeValue> } {
  if (from !== undefined && to !== undefined)
    return { condition: ' AND s BETWEEN :from AND :to', values: { ':from': { S: from }, ':to': { S: to } } };
  if (from !== undefined) return { condition: ' AND s >= :from', values: { ':from': { S: from } } };
  if (to !== undefined) return { condition: ' AND s <= :to', values: { ':to': { S: to } } };
  return { condition: '', values: {} };
}
