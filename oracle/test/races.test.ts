import type { EpochMessage } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../tests/support/chain';
import { networkChain, POLICY, TestNetwork } from '../../tests/support/network';
import type { Chain, ChainNetwork, Sent } from '../src/chain/chain';
import { SolanaChain } from '../src/chain/solana';
import { OracleError } from '../src/runtime/errors';
import { sendUnlessDone } from '../src/tasks/turns';
import { World } from './support/world';

describe('transactions that several oracles send at once', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let message: EpochMessage;

  before(async () => {
    chain = await networkChain();
    network = await TestNetwork.create(chain);
    await network.register([Keypair.generate()]);
  });

  const chainOf = (payer: Keypair): Chain =>
    new SolanaChain({
      connection: chain.connection,
      network: network.address,
      payer: async () => payer,
      commitment: 'confirmed',
    });
  const signed = () => network.sign(message).signatures;

  /** Lets the oracles of these payers all decide to send before any of their transactions has arrived. */
  const race = (
    by: readonly Keypair[],
    send: (chain: Chain) => Promise<Sent>,
    isDone: (network: ChainNetwork) => boolean,
  ): Promise<(Sent | undefined)[]> =>
    Promise.all(
      by.map((payer) => {
        const oracle = { chain: chainOf(payer) };
        return sendUnlessDone(oracle, () => send(oracle.chain), isDone);
      }),
    );
  const signatures = (sent: readonly (Sent | undefined)[]) =>
    new Set(sent.flatMap((one) => one?.signature ?? []));

  // Oracles with the same payer send the same bytes; the second is told that they have been processed already.
  for (const [who, by] of [
    ['with a payer each', [0, 1]],
    ['with one payer', [0, 0]],
  ] as const) {
    it(`take effect once without failures, ${who}`, async () => {
      // Each test has its own payers: in the same slot a payer's cuts of two epochs have the same bytes.
      const payers = [await fund(chain.connection, 1), await fund(chain.connection, 1)];
      const senders = by.map((i) => payers[i]!);
      const { current } = await network.account();
      const epoch = Number(current.epoch) + 1;
      await chain.passSeconds(POLICY.epochSeconds);
      const cut = await race(
        senders,
        (one) => one.cut(),
        ({ latestCut }) => latestCut.epoch >= epoch,
      );
      expect(signatures(cut).size, 'cut').to.equal(1);

      message = await network.message([{ owner: new Uint8Array(32).fill(1), earned: 5n }]);
      const posted = await race(
        senders,
        (one) => one.post(message, { signatures: signed(), approvals: [] }, network.sign(message).opening),
        ({ pending }) => pending?.epoch === epoch,
      );
      expect(signatures(posted).size, 'post').to.equal(1);

      await chain.passSeconds(POLICY.challengeSeconds);
      const promoted = await race(
        senders,
        (one) => one.promote(),
        (now) => now.current.epoch >= epoch,
      );
      expect(signatures(promoted).size, 'promote').to.equal(1);
      expect(Number((await network.account()).current.epoch)).to.equal(epoch);
    });
  }

  it("error: fails if nobody's transaction took effect, or if the chain cannot be read", async () => {
    const one = chainOf(await fund(chain.connection, 1));
    const promote = () => one.promote();
    await expectError(
      sendUnlessDone({ chain: one }, promote, () => false),
      'nothing-pending',
    );
    const readNetwork = () => Promise.reject(new OracleError('no-network', 'gone'));
    const blind: Chain = Object.assign(Object.create(one), { readNetwork });
    await expectError(
      sendUnlessDone({ chain: blind }, promote, () => true),
      'nothing-pending',
    );
  });
});

describe('an oracle that others are always faster than', () => {
  it('emits no failure, and no event for what it did not do', async () => {
    const world = new World();
    const { chain } = world;
    /** The chain just after another oracle did what this one is about to do. */
    const late: Chain = Object.assign(Object.create(chain), {
      cut: async () => {
        await chain.cut();
        throw new OracleError('epoch-not-over', 'cut just now');
      },
      post: async (...args: Parameters<Chain['post']>) => {
        await chain.post(...args);
        return chain.post(...args);
      },
      promote: async () => {
        await chain.promote();
        return chain.promote();
      },
    });
    try {
      await world.start();
      for (let i = 0; i < world.members; i++) {
        await world.kill(i);
        await world.run(i, { chain: late });
      }
      await world.tick();
      world.pass(chain.epochSeconds);
      await world.promoted(1);
      expect(chain.transactions.map(({ name }) => name)).to.include.members(['cut', 'post', 'promote']);
      for (const name of ['failed', 'posted', 'promoted'] as const)
        expect(world.events(name), name).to.deep.equal([]);
    } finally {
      await world.stop();
    }
  });
});
