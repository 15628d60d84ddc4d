import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import { closesAlike, ended, someEpochs } from './closes-alike';
import { motoMachine } from './moto-machine';

describe('the state machine of serverless.yml, on moto', function () {
  this.timeout(180_000);
  let place: Awaited<ReturnType<typeof motoMachine>>;
  before(async () => {
    place = await motoMachine();
  });
  after(() => place?.stop());

  it('closes as one machine does, though workers are killed', async () => {
    const { host, sqs, queue } = place;
    // One that judges and one that writes, each in the middle of it.
    const doomed = new Set(['judge', 'write']);
    host.kills = ({ function: step, event, stored }) =>
      event.shard === 1 && /\/(parts|steps)\//.test(stored) && doomed.delete(step);
    await closesAlike(place, someEpochs(2));
    expect(host.killed).to.equal(2);
    // Each of four shards in two epochs, and those again that were killed.
    expect(host.invoked).to.deep.equal({ judge: 9, reduce: 2, write: 9, root: 2 });
    const receive = new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 });
    const { Messages } = await sqs.send(receive);
    expect(Messages?.map(({ Body }) => Body)).to.deep.equal(['close', 'close']);
  });

  it('fails, and says so, without what it is to read', async () => {
    const { machine } = place;
    const name = '7-0-0000000000000000-1';
    await machine.start(name, { globals: '0'.repeat(64), items: 'missing.json', shards: 1 });
    expect(await ended(machine, name)).to.equal('failed');
  });
});
