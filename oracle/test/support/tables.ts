import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type EmbeddedDynamo, startDynalite } from '../../src/storage/dynalite';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';

/** Makes new, empty tables. */
interface Tables {
  create(expiry?: (partition: string) => number | undefined): Promise<DynamoStore>;
  /** What the last one holds, as the database has it. */
  items(): Promise<Record<string, AttributeValue>[]>;
}

/** Runs a DynamoDB for the tests of a `describe`. */
export function useTables(): Tables {
  let dynamo: EmbeddedDynamo;
  let client: DynamoDBClient;
  let count = 0;
  before(async () => {
    dynamo = await startDynalite();
    client = dynamoClient(dynamo.endpoint);
  });
  after(async () => {
    client.destroy();
    await dynamo.stop();
  });
  return {
    create: async (expiry) => {
      const table = `table-${++count}`;
      await ensureTable(client, table);
      return new DynamoStore(client, table, expiry);
    },
    items: async () => (await client.send(new ScanCommand({ TableName: `table-${count}` }))).Items ?? [],
  };
}
