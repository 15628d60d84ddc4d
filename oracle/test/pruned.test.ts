import { toHex } from '@commonwire/sdk/core';
import { expect } from 'chai';
import type { Chain } from '../src/chain/chain';
import { registryLines } from '../src/domain/lines';
import { signed } from './domain/support';
import { withMethods } from './support/fake-chain';
import { World } from './support/world';

/** The chain as a node shows it that has forgotten the transactions before a number of them. */
const pruned = (chain: Chain, forgotten: number): Chain =>
  withMethods(chain, {
    registrySignatures: async (start) => {
      const kept = (await chain.registrySignatures({})).slice(forgotten);
      return (await chain.registrySignatures(start)).filter((one) => kept.includes(one));
    },
  });

describe('oracle: an RPC node that keeps too little history', () => {
  let world: World;
  const LATE = 2;

  beforeEach(async () => {
    world = await new World().start();
    await world.kill(LATE);
  });
  afterEach(() => world.stop());

  /** An epoch with a transfer and a device, after which the others know 7 devices and 3 changes. */
  const epoch = async () => {
    await world.tick();
    world.chain.transfer(1, world.devices[2]!.owner);
    world.chain.register([{ ...world.devices[0]!, index: 6 }]);
    await world.tick();
    await world.at(0).client.submit([signed(world.devices[0]!)]);
    await promoted(1);
  };
  /** Lets an epoch end, and the leader wait in vain for a head that is missing. */
  const promoted = async (number: number) => {
    world.pass(61);
    await world.tick(2);
    world.pass(2);
    await world.promoted(number);
  };

  it('a late oracle takes the registry from the current dataset, and signs from then on', async () => {
    await epoch();
    const late = await world.join(LATE, { chain: pruned(world.chain, 3) });
    await world.tick(3);
    const { known } = late.oracle.registry;
    expect(known.deviceCount).to.equal(7);
    expect(toHex(known.hash)).to.equal(toHex(world.at(0).oracle.registry.known.hash));
    const lines = [late, world.at(0)].map(({ oracle }) =>
      [...oracle.registry.known.in(9).entries()].flatMap(registryLines),
    );
    expect(lines[0]).to.have.length(8).and.to.deep.equal(lines[1]);
    expect(late.log.filter(({ name }) => name === 'failed')).to.deep.equal([]);
    expect(late.log.find(({ name }) => name === 'adopted')?.fields).to.include({
      epoch: 1,
      code: 'registry-incomplete',
    });

    // Later changes come from the node again.
    world.chain.retire(3);
    await world.tick();
    expect(known.in(9).isRetired(3)).to.equal(true);
    await promoted(2);
    expect(late.log.some(({ name }) => name === 'signed')).to.equal(true);
  });

  it('a node that still has the newest changes gives those after the dataset', async () => {
    await epoch();
    world.chain.retire(3);
    const late = await world.join(LATE, { chain: pruned(world.chain, 2) });
    await world.tick(5);
    const { known } = late.oracle.registry;
    expect([known.deviceCount, known.in(9).isRetired(3)]).to.deep.equal([7, true]);
  });

  it('what it takes is as good after a restart', async () => {
    await epoch();
    const chain = pruned(world.chain, 3);
    const { store, blobs } = (await world.join(LATE, { chain })).oracle;
    await world.tick(3);
    await world.kill(LATE);
    const again = await world.run(LATE, { chain, store, blobs });
    expect((await again.oracle.registry.refresh()).deviceCount).to.equal(7);
    await world.tick(3);
    expect(again.log.filter(({ name }) => name === 'failed')).to.deep.equal([]);
  });

  it('error: nobody has the dataset; the oracle says what is missing each time', async () => {
    const late = await world.join(LATE, { chain: pruned(world.chain, 1) });
    await world.tick(4);
    const failed = late.log.filter(({ name }) => name === 'failed').map(({ fields }) => fields);
    expect(failed).to.have.length(2);
    expect(failed[0]).to.include({ task: 'sync', code: 'registry-incomplete' });
    expect(failed[0]!.message).to.match(/leads to 0 of the registry's 6 devices.*use a node that keeps all/);
  });

  it('error: a dataset that does not lead to the hash on chain', async () => {
    await epoch();
    const current = { ...world.chain.current, registryHash: new Uint8Array(32).fill(9) };
    const readNetwork = async () => ({ ...(await world.chain.readNetwork()), current });
    const late = await world.join(LATE, { chain: withMethods(pruned(world.chain, 3), { readNetwork }) });
    await world.tick(3);
    expect(late.oracle.registry.known.deviceCount).to.equal(0);
    const failed = late.log.filter(({ name }) => name === 'failed').map(({ fields }) => fields);
    expect(failed[0]).to.include({ task: 'sync', code: 'registry-differs' });
  });
});
