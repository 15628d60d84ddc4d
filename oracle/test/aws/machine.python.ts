import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import fc from 'fast-check';
import { ensurePython } from '../../../tests/clients/python';
import { type CloseResult, close, genesis } from '../../src/domain';
import { type Machine, stateMachine } from '../../src/epoch/steps/machine';
import { prepareSteps } from '../../src/epoch/steps/prepare';
import { outcomeOf, STEP_FILES, type StepStores, stepStores } from '../../src/epoch/steps/stores';
import { readBlob } from '../../src/storage/blobs';
import { s3Blobs, s3Files } from '../../src/storage/s3';
import { anyNetwork } from '../domain/shard/network';
import { inPages } from '../support/closing';
import { LambdaHost } from './lambda-host';
import { type Moto, startMoto } from './moto';
import { machineDefinition, readStack } from './stack';

const python = ensurePython('moto');
const PREFIX = 'commonwire-oracle-test-';
const BUCKET = 'parts';
const REGION = 'eu-central-1';
const POLL_MS = 100;
/** 14 devices are four shards. */
const SHARD_BITS = 2;
const ENVIRONMENT = {
  COMMONWIRE_BUCKET: BUCKET,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'moto',
  AWS_SECRET_ACCESS_KEY: 'moto',
};

describe('the state machine of serverless.yml, on moto', function () {
  this.timeout(180_000);
  let host: LambdaHost;
  let moto: Moto;
  let machine: Machine;
  let stores: StepStores;
  let sqs: SQSClient;
  let queue: string;
  before(async () => {
    moto = await startMoto(python, async (behind) => {
      host = await LambdaHost.start(behind, ENVIRONMENT, PREFIX);
      return host.port;
    });
    const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
    stores = stepStores(s3Blobs(BUCKET, 'parts/', s3), s3Files(BUCKET, STEP_FILES, s3));
    sqs = new SQSClient(moto.client);
    queue = (await sqs.send(new CreateQueueCommand({ QueueName: `${PREFIX}close` }))).QueueUrl!;
    const sfn = new SFNClient(moto.client);
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: `${PREFIX}close`,
        roleArn: 'arn:aws:iam::123456789012:role/close-machine',
        definition: machineDefinition(readStack(), PREFIX, {
          Partition: 'aws',
          Bucket: BUCKET,
          Queue: queue,
        }),
      }),
    );
    machine = stateMachine(stateMachineArn!, sfn);
  });
  after(async () => {
    await host?.stop();
    await moto?.stop();
  });

  async function ended(name: string): Promise<string> {
    for (;;) {
      const state = await machine.look(name);
      if (state !== 'running') return state;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  it('closes as one machine does, though workers are killed', async () => {
    const [epochs] = fc.sample(anyNetwork, { numRuns: 1, seed: 11 });
    let before: CloseResult | undefined;
    for (const epoch of epochs!.slice(0, 2)) {
      const input = { ...epoch, previous: before?.next ?? genesis, shardBits: SHARD_BITS };
      const expected = close(input);
      for (const { runs } of epoch.logs)
        for (const { pages } of runs) for (const page of pages) await stores.parts.put(page);
      const { globals, shards, items } = await prepareSteps(stores, inPages(input).sealed, {
        before: before?.manifest,
      });
      expect(shards).to.equal(4);
      // One that judges and one that writes, each in the middle of it.
      const doomed = new Set(['judge', 'write']);
      host.kills = ({ function: step, event, stored }) =>
        event.shard === 1 && /\/(parts|steps)\//.test(stored) && doomed.delete(step);
      const name = `${epoch.epoch}-0-${globals.slice(0, 16)}-1`;
      expect(await machine.look(name)).to.equal('none');
      await machine.start(name, { globals, items });
      await machine.start(name, { globals, items });
      expect(await ended(name)).to.equal('succeeded');
      expect([...doomed]).to.deep.equal([]);
      const hash = await outcomeOf(stores, { step: 'root', globals });
      expect(Buffer.from((await readBlob(stores.parts, hash))!).toString()).to.equal(
        Buffer.from(expected.manifestBytes).toString(),
      );
      for (const { sha256, bytes } of expected.parts)
        expect(Buffer.compare((await readBlob(stores.parts, sha256))!, bytes)).to.equal(0);
      before = expected;
    }
    expect(host.killed).to.equal(4);
    // Each shard twice, those that were killed once more; one reduction and one root an epoch.
    expect(host.invoked).to.deep.equal({ judge: 10, reduce: 2, write: 10, root: 2 });
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }),
    );
    expect(Messages?.map(({ Body }) => Body)).to.deep.equal(['close', 'close']);
  });

  it('fails, and says so, without what it is to read', async () => {
    const name = '7-0-0000000000000000-1';
    await machine.start(name, { globals: '0'.repeat(64), items: 'missing.json' });
    expect(await ended(name)).to.equal('failed');
  });
});
