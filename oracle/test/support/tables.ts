import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type EmbeddedDynamo, startDynalite } from '../../src/storage/dynalite';
import { DynamoStore, dynamoClient, ensureTable } from '../../src/storage/dynamo';

/** Runs a DynamoDB for the tests of a `describe`. Returns what makes a new, empty table in it. */
export function useTables(): () => Promise<DynamoStore> {
  let dynamo: EmbeddedDynamo;
  let client: DynamoDBClient;
  let tables = 0;
  before(async () => {
    dynamo = await startDynalite();
    client = dynamoClient(dynamo.endpoint);
  });
  after(async () => {
    client.destroy();
    await dynamo.stop();
  });
  return async () => {
    const table = `table-${tables++}`;
    await ensureTable(client, table);
    return new DynamoStore(client, table);
  };
}
