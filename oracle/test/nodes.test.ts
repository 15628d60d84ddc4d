import { connect } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { networkChain, POLICY, TestNetwork } from '../../tests/support/network';
import { RpcProxy } from '../../tests/support/rpc-proxy';
import { SolanaChain } from '../src/chain/solana';
import { runTask } from '../src/tasks/tasks';
import { World } from './support/world';

describe('oracle: an RPC node that hangs', () => {
  let world: World;
  let proxy: RpcProxy;

  beforeEach(async () => {
    world = await new World(1).start();
    proxy = await RpcProxy.start((await networkChain()).connection.rpcEndpoint);
  });
  afterEach(async () => {
    await world.stop();
    await proxy.close();
  });

  it('fails a task within its time limit, and the tasks go on once it answers again', async () => {
    const chain = await networkChain();
    const network = await TestNetwork.create(chain, { oracles: 1, threshold: 1 });
    await chain.passSeconds(POLICY.epochSeconds);
    const view = new SolanaChain({
      connection: connect(proxy.url, { timeoutMs: 500, patienceMs: 1_000 }),
      network: network.address,
      payer: async () => chain.payer,
      commitment: 'confirmed',
      // What the local chain says was paid lately is nothing.
      priorityFee: { percentile: 75, max: 1_000n },
    });
    await world.kill(0);
    const { oracle, log } = await world.run(0, { chain: view });
    const failures = () => log.filter(({ name }) => name === 'failed').map(({ fields }) => fields);

    proxy.habits.hangs = 'all';
    const start = Date.now();
    for (const task of ['sync', 'cut', 'post', 'promote'] as const) await runTask(oracle, task);
    expect(Date.now() - start).to.be.below(20_000);
    expect(failures().map(({ task }) => task)).to.deep.equal(['sync', 'cut', 'post', 'promote']);
    for (const { code, message } of failures()) {
      expect(code).to.equal('rpc-failed');
      expect(message).to.match(/^RPC node http:\/\/127\.0\.0\.1:\d+ did not answer \w+ within/);
    }

    proxy.habits.hangs = new Set();
    // The committee's only key is another's, so this oracle waits for its turn.
    await runTask(oracle, 'cut');
    world.pass(60);
    await runTask(oracle, 'cut');
    expect(failures()).to.have.length(4);
    expect((await network.account()).lastCutEpoch).to.equal(1n);
    expect(proxy.counts.get('getRecentPrioritizationFees')).to.equal(1);
  });
});
