import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Usage } from '../../../tests/bench/cost/prices';
import { STEP_FILES } from '../../src/epoch/steps/stores';
import type { BlobFiles, BlobStore } from '../../src/storage/blobs';
import { s3Blobs, s3Files } from '../../src/storage/s3';

const KILOBYTE = 1024;

type Item = Record<string, AttributeValue>;

/** Bytes of an item, as DynamoDB counts: names and values. */
const sizeOf = (item: Item = {}): number =>
  Object.entries(item).reduce(
    (sum, [name, { S, N, B }]) =>
      sum + name.length + (S?.length ?? 0) + (B?.length ?? 0) + (N ? 1 + N.length / 2 : 0),
    0,
  );

const writeUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / KILOBYTE));
const readUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / (4 * KILOBYTE)));

/** A client of DynamoDB at this endpoint that counts what AWS would take for each call. */
export function meteredDynamo(endpoint: string, usage: () => Usage): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const input = args.input as { Item?: Item };
        // A write that is refused by its condition is paid for, too.
        if (commandName === 'PutItemCommand') usage().writeUnit += writeUnits(sizeOf(input.Item));
        if (commandName === 'UpdateItemCommand') usage().writeUnit += 1;
        const answer = await next(args);
        const output = answer.output as { Item?: Item; Items?: Item[] };
        if (commandName === 'GetItemCommand') usage().readUnit += readUnits(sizeOf(output.Item));
        if (commandName === 'QueryCommand')
          usage().readUnit += readUnits((output.Items ?? []).reduce((sum, item) => sum + sizeOf(item), 0));
        return answer;
      },
    { step: 'initialize', name: 'meter' },
  );
  return client;
}

/** A bucket in memory, with parts and files of steps whose client of S3 counts. */
export async function meteredBucket(
  usage: () => Usage,
): Promise<{ blobs: BlobStore; steps: BlobFiles; stop(): void }> {
  const objects = new Map<string, Buffer>();
  const server = createServer(async ({ method, url = '' }, response) => {
    const { pathname } = new URL(url, 'http://bucket');
    if (method === 'PUT') {
      objects.set(pathname, await buffer(response.req));
      response.end();
      return;
    }
    const object = objects.get(pathname);
    response.statusCode = object ? 200 : 404;
    response.end(object ?? '<Error><Code>NoSuchKey</Code></Error>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'PutObjectCommand') usage().s3Put += 1;
        else usage().s3Get += 1;
        return next(args);
      },
    { step: 'initialize', name: 'meter' },
  );
  const stop = () => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  };
  return { blobs: s3Blobs('bucket', 'parts/', client), steps: s3Files('bucket', STEP_FILES, client), stop };
}
