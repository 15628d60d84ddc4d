import { createHash, randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { ensurePython } from '../../../tests/clients/python';
import { sender } from '../../src/functions/work';
import { expiryOf, LANES_KEPT_MS } from '../../src/log/keep';
import { readSecret } from '../../src/runtime/keys';
import { readBlob } from '../../src/storage/blobs';
import { DynamoStore, ensureTable } from '../../src/storage/dynamo';
import { takeLease } from '../../src/storage/lease';
import { s3Blobs } from '../../src/storage/s3';
import { numberKey, type Range } from '../../src/storage/store';
import { type Moto, startMoto } from './moto';

const python = ensurePython('moto');
const NOW = Date.UTC(2026, 10, 27);
const LANE = 'log:KEY:1:00112233';

describe('what an oracle stores on AWS, on moto', () => {
  let moto: Moto;
  before(async () => {
    moto = await startMoto(python);
  });
  after(() => moto?.stop());

  describe('DynamoDB', () => {
    let client: DynamoDBClient;
    let store: DynamoStore;
    before(async () => {
      client = new DynamoDBClient(moto.client);
      await ensureTable(client, 'oracle');
      store = new DynamoStore(
        client,
        'oracle',
        expiryOf(() => NOW),
      );
    });
    after(() => client.destroy());

    // One after another: moto, unlike DynamoDB and dynalite, doesn't keep requests apart that come at once.
    it('lets the first insert an item, and the first replace a version', async () => {
      const [one, two] = [randomBytes(32), randomBytes(32)];
      expect(await store.insert('epoch:1', 'signed', one)).to.equal(true);
      expect(await store.insert('epoch:1', 'signed', two)).to.equal(false);
      const item = (await store.get('epoch:1', 'signed'))!;
      expect(item.version).to.equal(1);
      expect(Buffer.from(item.body)).to.deep.equal(one);
      expect(await store.replace('epoch:1', 'signed', 1, two)).to.equal(true);
      expect(await store.replace('epoch:1', 'signed', 1, one)).to.equal(false);
      expect(Buffer.from((await store.get('epoch:1', 'signed'))!.body)).to.deep.equal(two);
      expect(await store.get('epoch:1', 'other')).to.equal(undefined);
    });

    it('reads a partition in order, over many pages, from either end', async () => {
      const body = randomBytes(300 * 1024);
      for (let slot = 0; slot < 12; slot++) await store.insert(LANE, numberKey(slot), body);
      const slots: number[] = [];
      for await (const { sort, body: read } of store.query(LANE, { from: numberKey(2) })) {
        slots.push(Number(sort));
        expect(read.length).to.equal(body.length);
      }
      expect(slots).to.deep.equal([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      const last = async (range: Range) => {
        const found: string[] = [];
        for await (const { sort } of store.query(LANE, { ...range, descending: true, limit: 1 }))
          found.push(sort);
        return found;
      };
      expect(await last({})).to.deep.equal([numberKey(11)]);
      expect(await last({ to: numberKey(7) })).to.deep.equal([numberKey(7)]);
    });

    it('adds to counters', async () => {
      for (let i = 0; i < 3; i++) await store.count('log:KEY', 'refused', { 'bad-signature': 1, late: 2 });
      expect(await store.counters('log:KEY', 'refused')).to.deep.equal({ 'bad-signature': 3, late: 6 });
    });

    it('gives a lease to one, and to another once its time is over', async () => {
      const take = (now: number) => takeLease(store, 'close', { owner: `${now}`, now, until: now + 500 });
      expect((await take(1_000))!.token).to.equal(1);
      expect(await take(1_499)).to.equal(undefined);
      expect((await take(1_500))!.token).to.equal(2);
    });

    it('says of a lane when it expires, and of nothing else', async () => {
      const expiry = async (p: string, s: string) =>
        (await client.send(new GetItemCommand({ TableName: 'oracle', Key: { p: { S: p }, s: { S: s } } })))
          .Item?.x?.N;
      expect(await expiry(LANE, numberKey(0))).to.equal(String((NOW + LANES_KEPT_MS) / 1000));
      expect(await expiry('epoch:1', 'signed')).to.equal(undefined);
      await store.insert('log:KEY', 'open', randomBytes(8));
      expect(await expiry('log:KEY', 'open')).to.equal(undefined);
      await store.insert('sealed:KEY', numberKey(1), randomBytes(8));
      expect(await expiry('sealed:KEY', numberKey(1))).to.equal(undefined);
    });
  });

  describe('S3', () => {
    it('keeps parts by their hash', async () => {
      const client = new S3Client({ ...moto.client, forcePathStyle: true });
      await client.send(
        new CreateBucketCommand({
          Bucket: 'parts',
          CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
        }),
      );
      const blobs = s3Blobs('parts', 'parts/', client);
      const bytes = randomBytes(100_000);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      expect(await blobs.getCompressed(sha256)).to.equal(undefined);
      expect(await blobs.streamCompressed(sha256)).to.equal(undefined);
      expect(await blobs.put(bytes)).to.equal(sha256);
      expect(await blobs.put(bytes)).to.equal(sha256);
      expect(Buffer.from((await readBlob(blobs, sha256))!)).to.deep.equal(bytes);
      let streamed = 0;
      for await (const piece of (await blobs.streamCompressed(sha256))!) streamed += piece.length;
      expect(streamed).to.equal((await blobs.getCompressed(sha256))!.length);
      client.destroy();
    });
  });

  describe('SQS', () => {
    it('hands on work, again if it fails, and gives it up after three tries', async () => {
      const client = new SQSClient(moto.client);
      const create = async (name: string, attributes: Record<string, string> = {}) =>
        (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl!;
      const dead = await create('o-dead-letters');
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
      );
      const redrive = { deadLetterTargetArn: Attributes!.QueueArn, maxReceiveCount: 3 };
      const url = await create('o-close', { VisibilityTimeout: '0', RedrivePolicy: JSON.stringify(redrive) });
      const prefix = url.slice(0, -'close'.length);
      await sender({ COMMONWIRE_QUEUE_PREFIX: prefix }, client)('close');
      const receive = async (from: string) =>
        (await client.send(new ReceiveMessageCommand({ QueueUrl: from }))).Messages ?? [];
      for (let tries = 1; tries <= 3; tries++)
        expect(
          (await receive(url)).map(({ Body }) => Body),
          `${tries}`,
        ).to.deep.equal(['close']);
      expect(await receive(url)).to.deep.equal([]);
      const given = await receive(dead);
      expect(given.map(({ Body }) => Body)).to.deep.equal(['close']);
      await client.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle: given[0]!.ReceiptHandle }));
      client.destroy();
    });
  });

  it('reads a secret from a parameter', async () => {
    const client = new SSMClient(moto.client);
    const Value = 'https://rpc.example/?api-key=secret';
    await client.send(
      new PutParameterCommand({ Name: '/commonwire/x/rpc-url', Type: 'SecureString', Value }),
    );
    expect(await readSecret('/commonwire/x/rpc-url', client)).to.equal(Value);
    client.destroy();
  });
});
