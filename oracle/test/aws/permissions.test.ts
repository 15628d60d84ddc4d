import { expect } from 'chai';
import { HOUR, MINUTE, NOON, signed } from '../domain/support';
import { DishonestMajority, HONEST } from '../support/dishonest-majority';
import { World } from '../support/world';
import { Functions } from './functions';
import type { Call } from './recorded';
import { allows, matches, readStack, type Statement, statementsOf } from './stack';

const stack = readStack();
const queueOf = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}Queue`;

/** What AWS would refuse. */
function refused(functions: Functions): string[] {
  const calls = [...functions.calls].flatMap(([name, made]) => made.map((call) => ({ name, ...call })));
  const sent = [...functions.sent].flatMap(([name, to]) =>
    [...to].map((next) => ({
      name,
      action: 'sqs:SendMessage',
      resource: queueOf(next),
      partition: undefined,
    })),
  );
  return [...calls, ...sent]
    .filter(
      ({ name, action, resource, partition }) =>
        !allows(statementsOf(stack, name), action, resource, partition),
    )
    .map(({ name, action, resource, partition }) => `${name}: ${action} ${resource} ${partition ?? ''}`);
}

/** What a statement allows that changes something or shows a secret, one line for each pattern. */
const powersOf = ({ actions, resources, partitions }: Statement): [string, string, string?][] =>
  actions
    .filter(
      (action) => /Put(Item|Object)|Sign|SendMessage/.test(action) || resources.join().includes('payer'),
    )
    .flatMap((action) =>
      resources.flatMap((resource) =>
        (partitions ?? [undefined]).map((one): [string, string, string?] => [action, resource, one]),
      ),
    );

/** What functions use where these scenarios don't lead, and when. */
const RARE: Record<string, readonly string[]> = {
  'a restored oracle takes back what it signed': [
    'sync: dynamodb:PutItem recovery',
    'sync: dynamodb:PutItem epoch:*',
  ],
  'a part is here first that another function usually has fetched before': [
    'post: s3:PutObject Parts.Arn/parts/*',
    'answer: s3:PutObject Parts.Arn/parts/*',
    'pay: s3:PutObject Parts.Arn/parts/*',
  ],
  'a log is too long for one invocation': [
    'close: sqs:SendMessage CopyQueue.Arn',
    'attest: sqs:SendMessage CopyQueue.Arn',
    'challenge: dynamodb:PutItem copying:*',
    'challenge: sqs:SendMessage CopyQueue.Arn',
  ],
  'a member signs two messages, or is seen to sign one by this function first': [
    'attest: dynamodb:PutItem evidence',
    'post: dynamodb:PutItem epoch:*',
    'post: dynamodb:PutItem evidence',
  ],
  'the account of an approval is closed; its transaction bears the signature of the oracle': [
    'approve: dynamodb:PutItem epoch:*',
    'approve: kms:Sign OracleKey.Arn',
  ],
  'a device proves its owner by the registry as it is now, or an outcome is recomputed to say how it differs':
    [
      'challenge: dynamodb:PutItem promoted:*',
      'challenge: dynamodb:PutItem log:*',
      'challenge: dynamodb:PutItem copies:*',
      'challenge: dynamodb:PutItem registry',
      'challenge: dynamodb:PutItem registry-cursor',
      'challenge: sqs:SendMessage AttestQueue.Arn',
    ],
  'another oracle is slow to promote': ['promote: dynamodb:PutItem turns:*'],
};

describe('roles on AWS', function () {
  this.timeout(120_000);
  let world: World;
  const used = new Map<string, Call[]>();
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  function add({ calls, sent }: Functions): void {
    for (const [name, made] of calls) used.set(name, [...(used.get(name) ?? []), ...made]);
    for (const [name, to] of sent)
      for (const next of to) used.get(name)!.push({ action: 'sqs:SendMessage', resource: queueOf(next) });
  }

  const others = async () => {
    for (const i of [1, 2]) await world.at(i).server.tick();
  };

  it('allow what the functions do, epoch after epoch, by schedules and messages', async () => {
    const functions = await new Functions(world, 0).start();
    await functions.tick();
    await others();
    for (let epoch = 1; epoch <= 3; epoch++) {
      const start = NOON + epoch * 15 * MINUTE;
      world.chain.withoutEd25519 = epoch === 2;
      world.time = (start + HOUR) * 1000;
      const { results } = await functions.submit(world.devices.map((device) => signed(device, { start })));
      expect(results.map(({ status }) => status)).to.deep.equal(world.devices.map(() => 'accepted'));
      for (let round = 0; round < 10 && world.chain.current.epoch < epoch; round++) {
        await functions.tick();
        await others();
      }
      expect(world.chain.current.epoch).to.equal(epoch);
    }
    await functions.tick();
    const { client } = world.at(0);
    expect((await client.epochs()).epochs.map(({ state }) => state)).to.include('promoted');
    expect((await client.settlement(0)).epoch).to.equal(3);
    expect((await client.device(0)).index).to.equal(0);
    expect(refused(functions)).to.deep.equal([]);
    add(functions);
  });

  /** A pending epoch that the majority posted past the oracle on AWS. */
  async function usurped(changes: Parameters<DishonestMajority['usurp']>): Promise<Functions> {
    const functions = await new Functions(world, HONEST).start();
    await functions.tick();
    await others();
    const majority = new DishonestMajority(world);
    await majority.collect([1, 2]);
    world.chain.challengeSeconds = 1000;
    await functions.work('sync');
    await majority.usurp(...changes);
    return functions;
  }

  it('allow a challenge of what others posted', async () => {
    const functions = await usurped([
      (rewards) => rewards.map((reward, i) => (i === 1 ? { ...reward, earned: 10n ** 15n } : reward)),
    ]);
    await functions.tick();
    expect(world.events('challenged').map(({ outcome }) => outcome)).to.deep.equal(['void']);
    expect(refused(functions)).to.deep.equal([]);
    add(functions);
  });

  it('allow demands for leaves of a ledger that nobody shows, and an epoch that is void without them', async () => {
    const functions = await usurped([(rewards) => rewards, { published: false }]);
    await functions.tick();
    world.pass(world.patience.attemptMs / 1000 + 1);
    await functions.tick();
    expect(world.events('demanded')).to.have.length(2);
    world.pass(world.chain.answerSeconds + 1);
    for (let round = 0; round < 3; round++) {
      await functions.tick();
      world.pass(world.patience.turnMs / 1000 + 1);
    }
    expect(world.events('unanswered').length).to.be.greaterThan(0);
    expect(refused(functions)).to.deep.equal([]);
    add(functions);
  });

  it('allow nothing else, but for what is rare', () => {
    const idle = [...used].flatMap(([name, calls]) =>
      statementsOf(stack, name)
        .flatMap(powersOf)
        .filter(
          ([action, resource, pattern]) =>
            !calls.some(
              (call) =>
                call.action === action &&
                resource.includes(call.resource) &&
                (pattern === undefined || matches(pattern, call.partition ?? '')),
            ),
        )
        .map(
          ([action, resource, pattern = resource]) => `${name}: ${action} ${pattern.replace(/[${}]/g, '')}`,
        ),
    );
    expect(idle).to.have.members(Object.values(RARE).flat());
  });
});
