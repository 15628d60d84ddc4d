import { expect } from 'chai';
import fc from 'fast-check';
import idl from '../../app/sdk/src/generated/market.json';
import { MARKET } from '../support/market';
import { operations } from '../support/market/model/operations';
import { bringToLife, commands, endWell } from '../support/market/model/step';
import { World } from '../support/market/model/world';
import { ModelChain } from '../support/model/chain';
import { runModel } from '../support/model/run';
import { NETWORK } from '../support/network';

describe('any sequence of all instructions of a market, by anybody', () => {
  let chain: ModelChain;

  before(async () => {
    chain = await ModelChain.start([NETWORK, MARKET]);
  });

  after(() => chain.close());

  it('covers every instruction of the program', () => {
    const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const own = Object.keys(operations).filter((name) => name !== 'donate');
    // A world begins with its market. Vouchers and reservations, which no oracle settles, have a test of their own:
    // direct-model.test.ts.
    const apart = ['createMarket', 'settleVoucher', 'reserve', 'checkIn', 'endReservation'];
    expect(idl.instructions.map(({ name }) => camel(name))).to.have.members([...own, ...apart]);
  });

  it('does what the model does, keeps what must hold, and lets everybody out with what is theirs', async function () {
    this.timeout(10 * 60_000);
    await runModel({
      runs: 30,
      settings: fc.record({
        reward: fc.boolean(),
        feeBps: fc.constantFrom(200, 0, 5_000, 1),
        burnBps: fc.constantFrom(2_500, 0, 10_000),
        lives: fc.nat(3),
      }),
      make: (settings) => new World(chain, settings),
      begin: (world, { lives }) => {
        if (lives > 0) bringToLife(world);
      },
      end: endWell,
      commands,
    });
  });
});
