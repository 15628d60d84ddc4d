import { KIT_CASES } from './kit';
import { WEB3_CASES } from './web3';
import { startWorld, type World } from './world';

describe('other clients on the embedded chain', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  for (const { name, check } of [...WEB3_CASES, ...KIT_CASES]) it(name, () => check(world));
});
