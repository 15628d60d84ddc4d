import { expect } from 'chai';
import fc from 'fast-check';
import idl from '../../app/sdk/src/generated/assets.json';
import { ASSETS } from '../support/assets';
import { operations } from '../support/assets/model/operations';
import { bringToLife, checkAlive, commands } from '../support/assets/model/step';
import { World } from '../support/assets/model/world';
import { ModelChain } from '../support/model/chain';
import { runModel } from '../support/model/run';

/** What the model doesn't do: a world begins with its asset, and devices are the network's. */
const ELSEWHERE = ['createAsset', 'registerDevices', 'retireDevice'];

describe('any sequence of all instructions of an asset, by anybody', () => {
  let chain: ModelChain;

  before(async () => {
    chain = await ModelChain.start([ASSETS]);
  });

  after(() => chain.close());

  it('covers every instruction of the program', () => {
    const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const own = Object.keys(operations).filter(
      (name) => !['donate', 'transfer', 'closePermit'].includes(name),
    );
    expect(idl.instructions.map(({ name }) => camel(name))).to.have.members([...own, ...ELSEWHERE]);
  });

  it('does what the model does, keeps what must hold, and lets everybody out with what is theirs', async function () {
    this.timeout(10 * 60_000);
    await runModel({
      settings: fc.record({
        permits: fc.boolean(),
        lives: fc.nat(3),
        price: fc.constantFrom(1_000n, 7n, 1n),
        most: fc.constantFrom(30n, 100n, 3n, 10n ** 9n),
      }),
      make: (settings) => new World(chain, settings),
      begin: (world, { lives }) => {
        if (lives > 0) bringToLife(world);
      },
      end: checkAlive,
      commands,
    });
  });
});
