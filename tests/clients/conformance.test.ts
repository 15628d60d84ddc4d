import { CASES } from './cases';
import { startWorld, type World } from './world';

describe('other clients on the embedded chain', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  for (const { name, check } of CASES) it(name, () => check(world));
});
