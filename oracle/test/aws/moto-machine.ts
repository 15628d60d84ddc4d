import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ensurePython } from '../../../tests/clients/python';
import { type Machine, stateMachine } from '../../src/epoch/steps/machine';
import { STEP_FILES, type StepStores, stepStores } from '../../src/epoch/steps/stores';
import { s3Blobs, s3Files } from '../../src/storage/s3';
import { LambdaHost } from './lambda-host';
import { startMoto } from './moto';
import { machineDefinition, readStack } from './stack';

const PREFIX = 'commonwire-oracle-test-';
const BUCKET = 'parts';
const REGION = 'eu-central-1';
const ENVIRONMENT = {
  COMMONWIRE_BUCKET: BUCKET,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'moto',
  AWS_SECRET_ACCESS_KEY: 'moto',
};

/** A close somewhere else, for tests. */
export interface Place {
  readonly machine: Machine;
  readonly stores: StepStores;
  stop(): Promise<void>;
}

/** The state machine of `serverless.yml` on moto, with its bucket, its queue and its functions. */
export async function motoMachine(): Promise<Place & { host: LambdaHost; sqs: SQSClient; queue: string }> {
  let host!: LambdaHost;
  const moto = await startMoto(ensurePython('moto'), async (behind) => {
    host = await LambdaHost.start(behind, ENVIRONMENT, PREFIX);
    return host.port;
  });
  const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  const sqs = new SQSClient(moto.client);
  const queue = (await sqs.send(new CreateQueueCommand({ QueueName: `${PREFIX}close` }))).QueueUrl!;
  const sfn = new SFNClient(moto.client);
  const values = { Partition: 'aws', Bucket: BUCKET, Queue: queue };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: `${PREFIX}close`,
      roleArn: 'arn:aws:iam::123456789012:role/close-machine',
      definition: machineDefinition(readStack(), PREFIX, values),
    }),
  );
  return {
    machine: stateMachine(stateMachineArn!, sfn),
    stores: stepStores(s3Blobs(BUCKET, 'parts/', s3), s3Files(BUCKET, STEP_FILES, s3)),
    host,
    sqs,
    queue,
    async stop() {
      await host.stop();
      await moto.stop();
    },
  };
}
