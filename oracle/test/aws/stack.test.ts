import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { STEPS } from '../../src/epoch/steps/stores';
import { FOLLOWED, following, type WorkName } from '../../src/functions/work';
import { taskNames } from '../../src/tasks/tasks';
import { allows, machineDefinition, readStack, resourcesOf, statementsOf } from './stack';

const HTTP = ['ingest', 'settlements', 'status'];
const WORK: readonly WorkName[] = [...taskNames, 'copy'];
const stack = readStack();
const { functions } = stack;
const queued = [...following(FOLLOWED)].sort();
const queueOf = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}Queue`;
const statements = (name: string) => statementsOf(stack, name);

/** Of a state machine's definition. */
interface State {
  readonly MaxConcurrency?: number;
  readonly TimeoutSeconds?: number;
  readonly Retry: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Parameters?: { readonly FunctionName?: string };
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

describe('serverless.yml', () => {
  it('has a function for each task, each step of a close and for HTTP, each task on a schedule', () => {
    expect(Object.keys(functions)).to.have.members([...HTTP, ...WORK, ...STEPS]);
    const scheduled = Object.keys(functions).filter((name) =>
      functions[name]!.events?.some(({ schedule }) => schedule),
    );
    expect(scheduled).to.deep.equal([...taskNames]);
  });

  it('reserves concurrency for each function, so that a flood of requests takes none from the tasks', () => {
    const reserved = Object.values(functions).map(({ reservedConcurrency }) => reservedConcurrency ?? 0);
    expect(Math.min(...reserved)).to.be.at.least(1);
    // AWS keeps 100 of an account's 1,000 free.
    expect(reserved.reduce((sum, one) => sum + one, 0)).to.be.at.most(900);
    for (const name of WORK) {
      const { events, reservedConcurrency } = functions[name]!;
      const callers = events!.map(({ sqs }) => (sqs ? Number(sqs.maximumConcurrency) : 1));
      expect(reservedConcurrency, name).to.equal(callers.reduce((sum, one) => sum + one, 0));
    }
  });

  it('drops a call of a schedule that has to wait or fails, since the next comes in a minute', () => {
    for (const name of taskNames)
      expect(functions[name], name).to.include({ maximumEventAge: 60, maximumRetryAttempts: 0 });
  });

  it('has a queue for each function that another asks for work, with limits for age and tries, and dead letters', () => {
    const queues = resourcesOf(stack, 'AWS::SQS::Queue');
    expect(Object.keys(queues)).to.have.members([...queued.map(queueOf), 'DeadLetters']);
    for (const name of queued) {
      const queue = queues[queueOf(name)]!;
      const tries = queue.RedrivePolicy.maxReceiveCount;
      expect(queue.RedrivePolicy.deadLetterTargetArn).to.equal('DeadLetters.Arn');
      expect(tries).to.equal(3);
      expect(queue.VisibilityTimeout, name).to.be.greaterThan(functions[name]!.timeout!);
      // Otherwise a message would be gone before it is a dead letter.
      expect(queue.MessageRetentionPeriod, name).to.be.greaterThan(tries * queue.VisibilityTimeout);
      const [source] = functions[name]!.events!.flatMap(({ sqs }) => sqs ?? []);
      expect(source, name).to.include({
        arn: `${queueOf(name)}.Arn`,
        functionResponseType: 'ReportBatchItemFailures',
      });
    }
  });

  it('gives each function a role of its own', () => {
    const roles = Object.values(functions).map(({ role }) => role);
    expect(new Set(roles).size).to.equal(roles.length);
    expect(Object.keys(resourcesOf(stack, 'AWS::IAM::Role')).map((name) => `${name}.Arn`)).to.have.members([
      ...roles,
      'CloseMachineRole.Arn',
    ]);
  });

  it('lets only those sign that seal, close, attest or approve, and only those read the key for fees that send', () => {
    const may = (action: string, resource: string) =>
      Object.keys(functions).filter((name) => allows(statements(name), action, resource));
    expect(may('kms:Sign', 'OracleKey')).to.have.members(['sync', 'close', 'attest', 'approve']);
    expect(may('ssm:GetParameter', 'payerParameter')).to.have.members(
      taskNames.filter((name) => !['sync', 'close', 'attest'].includes(name)),
    );
    expect(may('ssm:GetParameter', 'rpcParameter')).to.have.members([...HTTP, ...WORK]);
  });

  it('lets the steps of a close reach the bucket and nothing else, and only those write parts that make some', () => {
    for (const step of STEPS) {
      const actions = statements(step).flatMap((one) => one.actions);
      expect(
        actions.filter((action) => !/^(s3|logs|xray):/.test(action)),
        step,
      ).to.deep.equal([]);
      expect(allows(statements(step), 's3:PutObject', '/steps/'), step).to.equal(true);
      expect(allows(statements(step), 's3:PutObject', '/parts/'), step).to.equal(step !== 'judge');
      expect(functions[step]!.events ?? [], step).to.deep.equal([]);
    }
  });

  it('has a state machine that calls these steps, no more at once than their concurrency, and waits longer than they may take', () => {
    const values = { Partition: 'aws', Bucket: 'parts', Queue: 'close' };
    const { States } = JSON.parse(machineDefinition(stack, '', values));
    const called: string[] = [];
    for (const state of Object.values<State>(States)) {
      const [task] = state.ItemProcessor ? Object.values(state.ItemProcessor.States) : [state];
      const name = task?.Parameters?.FunctionName;
      if (!name) continue;
      called.push(name);
      const { reservedConcurrency, timeout } = functions[name]!;
      expect(state.MaxConcurrency ?? 1, name).to.be.at.most(reservedConcurrency!);
      expect(task!.TimeoutSeconds, name).to.be.greaterThan(timeout!);
      expect(task!.Retry[0]!.ErrorEquals, name).to.deep.equal(['States.ALL']);
    }
    expect(called).to.deep.equal([...STEPS]);
    const [policy] = resourcesOf(stack, 'AWS::IAM::Role').CloseMachineRole!.Policies;
    const invoked = policy.PolicyDocument.Statement.find(
      ({ Action }: { Action: string }) => Action === 'lambda:InvokeFunction',
    );
    expect(invoked.Resource).to.deep.equal(
      STEPS.map((name) => `${name[0]!.toUpperCase()}${name.slice(1)}LambdaFunction.Arn`),
    );
    expect(allows(statements('close'), 'states:StartExecution', 'CloseMachine')).to.equal(true);
    const may = Object.keys(functions).filter((name) =>
      statements(name).some(({ actions }) => actions.some((action) => action.startsWith('states:'))),
    );
    expect(may).to.deep.equal(['close']);
  });

  it('drops what the steps of a close gave each other', () => {
    const [rule] = resourcesOf(stack, 'AWS::S3::Bucket').Parts!.LifecycleConfiguration.Rules;
    expect(rule).to.include({ Prefix: 'steps/', Status: 'Enabled' });
  });

  it('lets the function that takes in reports write logs, and no signature, evidence or registry', () => {
    const ingest = statements('ingest');
    for (const action of ['dynamodb:PutItem', 'dynamodb:UpdateItem']) {
      expect(allows(ingest, action, 'Table', 'log:ORACLE:7')).to.equal(true);
      for (const partition of [
        'epoch:7',
        'evidence',
        'registry',
        'recovery',
        'leases',
        'vitals',
        'copies:PEER',
      ])
        expect(allows(ingest, action, 'Table', partition), partition).to.equal(false);
    }
    expect(allows(ingest, 'dynamodb:GetItem', 'Table', 'epoch:7')).to.equal(false);
    for (const name of ['settlements', 'status'])
      expect(
        statements(name).flatMap(({ actions }) =>
          actions.filter((one) => /:(Put(?!Trace|Log|Tele)|Update)/.test(one)),
        ),
      ).to.deep.equal([]);
  });

  it('allows no wildcard of actions, and resources by name but for traces', () => {
    for (const name of Object.keys(functions))
      for (const { actions, resources } of statements(name)) {
        expect(actions.join(), name).not.to.include('*');
        if (resources.includes('*'))
          expect(
            actions.every((action) => action.startsWith('xray:')),
            name,
          ).to.equal(true);
      }
  });

  it('lets each function give work to those that its events ask for, and to nobody else', () => {
    for (const name of WORK) {
      const to = statements(name)
        .filter(({ actions }) => actions.includes('sqs:SendMessage'))
        .flatMap(({ resources }) => resources);
      for (const one of to) expect(queued.map((other) => `${queueOf(other)}.Arn`)).to.include(one);
      const from = statements(name)
        .filter(({ actions }) => actions.includes('sqs:ReceiveMessage'))
        .flatMap(({ resources }) => resources);
      expect(from, name).to.deep.equal(queued.includes(name) ? [`${queueOf(name)}.Arn`] : []);
    }
  });

  it('has no secret in the environment', () => {
    const { aws } = stack.custom.environments;
    expect(aws).not.to.have.any.keys('COMMONWIRE_RPC_URL', 'COMMONWIRE_PAYER_KEY', 'COMMONWIRE_ORACLE_KEY');
    expect(aws).to.include.keys(
      'COMMONWIRE_RPC_PARAMETER',
      'COMMONWIRE_PAYER_PARAMETER',
      'COMMONWIRE_KMS_KEY_ID',
    );
  });

  it('has a section in docs/operating.md for each alarm, and tells somebody', () => {
    const text = readFileSync(join(__dirname, '../../../docs/operating.md'), 'utf8');
    const sections = [...text.matchAll(/^### Alarm: (.+)$/gm)].map(([, name]) => name!.replaceAll(' ', '-'));
    const alarms = Object.values(resourcesOf(stack, 'AWS::CloudWatch::Alarm'));
    const links = alarms.map(
      ({ AlarmDescription }) => /docs\/operating\.md#alarm-(.+)$/.exec(AlarmDescription)?.[1],
    );
    expect(links).to.have.members(sections);
    for (const { AlarmActions, AlarmName } of alarms) {
      expect(AlarmActions).to.deep.equal(['Alarms']);
      expect(
        links.some((link) => AlarmName.endsWith(link)),
        AlarmName,
      ).to.equal(true);
    }
  });

  it('lets old logs expire from the table', () => {
    expect(resourcesOf(stack, 'AWS::DynamoDB::Table').Table!.TimeToLiveSpecification).to.deep.equal({
      AttributeName: 'x',
      Enabled: true,
    });
  });
});
