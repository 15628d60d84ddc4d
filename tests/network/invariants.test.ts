import { expect } from 'chai';
import fc from 'fast-check';
import idl from '../../app/sdk/src/generated/network.json';
import { ModelChain } from '../support/model/chain';
import { runModel } from '../support/model/run';
import { NETWORK } from '../support/network';
import { bringToLife, checkAlive, commands, operations } from '../support/network/model/step';
import { World } from '../support/network/model/world';

describe('any sequence of all instructions, by anybody', () => {
  let chain: ModelChain;

  before(async () => {
    chain = await ModelChain.start([NETWORK]);
  });

  after(() => chain.close());

  it('covers every instruction of the program', () => {
    const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(idl.instructions.map(({ name }) => camel(name))).to.have.members(
      operations.filter((operation) => operation !== 'donate'),
    );
  });

  it('does what the model does, keeps what must hold, and leaves honest people a way to go on', async function () {
    this.timeout(10 * 60_000);
    await runModel({
      settings: fc.record({ networks: fc.constantFrom(2, 3), watched: fc.nat(7), age: fc.nat(4) }),
      make: (settings) => new World(chain, settings),
      begin: (world, { age }) => {
        if (age > 0) bringToLife(world);
      },
      end: checkAlive,
      commands,
    });
  });
});
