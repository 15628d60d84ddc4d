import { closesAlike, someEpochs } from '../../oracle/test/aws/closes-alike';
import { motoMachine } from '../../oracle/test/aws/moto-machine';
import { sparkMachine } from '../../oracle/test/aws/spark-machine';
import type { Suite } from './figures';

const PLACES = { 'a state machine': motoMachine, Spark: sparkMachine };

/** Counts the ways to close that give the same manifest and the same parts: one machine, a state machine, Spark. */
export const shardsSuite: Suite = async (progress) => {
  // One machine is what the others are compared with.
  let same = 1;
  for (const [what, open] of Object.entries(PLACES)) {
    progress(`closing an epoch by ${what}`);
    const place = await open();
    try {
      await closesAlike(place, someEpochs(1));
      same += 1;
    } catch (error) {
      progress(`${what}: ${error instanceof Error ? error.message : error}`);
    } finally {
      await place.stop();
    }
  }
  return [{ name: 'shards.identical', value: same, unit: 'of 3' }];
};
