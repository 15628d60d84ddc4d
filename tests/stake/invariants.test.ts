import { expect } from 'chai';
import fc from 'fast-check';
import idl from '../../app/sdk/src/generated/stake.json';
import { DAO_PROGRAMS } from '../support/dao';
import { operations } from '../support/dao/model/operations';
import { commands, endWell } from '../support/dao/model/step';
import { StakeWorld } from '../support/dao/model/world';
import { ModelChain } from '../support/model/chain';
import { runModel } from '../support/model/run';

/** What every world begins with. */
const BEGINNING = ['create_pool', 'open_voter_weight', 'close_voter_weight'];

describe('stakes: any sequence of instructions, by anybody', () => {
  let chain: ModelChain;

  before(async () => {
    chain = await ModelChain.start(DAO_PROGRAMS);
  });

  after(() => chain.close());

  it('covers every instruction of the program', () => {
    const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const names = idl.instructions.map(({ name }) => name).filter((name) => !BEGINNING.includes(name));
    expect(names.map(camel)).to.have.members(
      Object.keys(operations).filter((operation) => !['donate', 'beginVote'].includes(operation)),
    );
  });

  it('does what the model does, keeps what must hold, and returns everything in the end', async function () {
    this.timeout(10 * 60_000);
    await runModel({
      settings: fc.constant(null),
      make: () => new StakeWorld(chain),
      begin: (world) => world.begin(),
      end: (world) => endWell(world, new Map()),
      commands,
    });
  });
});
