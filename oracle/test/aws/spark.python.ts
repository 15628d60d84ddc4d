import { expect } from 'chai';
import { commandMachine } from '../../src/epoch/steps/command';
import { closesAlike, ended, someEpochs } from './closes-alike';
import type { Place } from './moto-machine';
import { sparkMachine } from './spark-machine';

describe('a close on Spark', function () {
  this.timeout(180_000);
  let place: Place;
  before(async () => {
    place = await sparkMachine();
  });
  after(() => place?.stop());

  it('gives the same bytes as one on one machine', () => closesAlike(place, someEpochs(1)));

  it('fails if its command does', async () => {
    const machine = commandMachine(`${process.execPath} --eval process.exit(1)`);
    await machine.start('1-0-0-1', { globals: '0'.repeat(64), items: '', shards: 1 });
    expect(await ended(machine, '1-0-0-1')).to.equal('failed');
    expect(await machine.look('1-0-0-2')).to.equal('none');
  });
});
