import { setTimeout as sleep } from 'node:timers/promises';
import { makeDevice } from '../../oracle/test/domain/support';
import { withMethods } from '../../oracle/test/support/fake-chain';
import { World } from '../../oracle/test/support/world';
import { decimals, type Suite, timed } from './figures';

const MENTIONS = 1000;
/** What each answer of the RPC node takes, milliseconds. */
const LATENCY_MS = 80;
/** Between two rounds of tasks, milliseconds: the default. */
const TICK_MS = 5000;

/**
 * Measures how long an oracle takes to know a device that is registered behind 1,000 transactions which only name the
 * registry, where its RPC node takes 80 ms for each answer. All come at once: those that come while nothing is registered
 * are never read. The chain is in memory.
 */
export const syncSuite: Suite = async (progress) => {
  progress(`registering behind ${MENTIONS} transactions`);
  const world = await new World(1).start();
  try {
    await world.tick();
    await world.kill(0);
    const late =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await sleep(LATENCY_MS);
        return call(...args);
      };
    const { chain } = world;
    const slow = withMethods(chain, {
      readNetwork: late(() => chain.readNetwork()),
      registryState: late(() => chain.registryState()),
      registrySignatures: late((start) => chain.registrySignatures(start)),
      registryChanges: late((signature) => chain.registryChanges(signature)),
    });
    const { oracle, server } = await world.run(0, { chain: slow });
    await server.tick();
    for (let i = 0; i < MENTIONS; i++) chain.mention();
    const devices = oracle.registry.known.deviceCount;
    chain.register([makeDevice(devices)]);
    const { seconds } = await timed(async () => {
      for (;;) {
        await server.tick();
        if (oracle.registry.known.deviceCount > devices) return;
        await sleep(TICK_MS);
      }
    });
    return [{ name: 'sync.mentions.seconds', value: decimals(seconds, 1), unit: 'seconds' }];
  } finally {
    await world.stop();
  }
};
