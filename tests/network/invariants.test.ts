import { expect } from 'chai';
import fc from 'fast-check';
import { z } from 'zod';
import idl from '../../app/sdk/src/generated/network.json';
import { ModelChain } from '../support/model/chain';
import { NETWORK } from '../support/network';
import { bringToLife, commands, operations } from '../support/network/model/step';
import { World } from '../support/network/model/world';

/** What a failure's message says to set, so that it comes again. */
const settings = z
  .object({
    COMMONWIRE_SEED: z.coerce.number().int().optional(),
    COMMONWIRE_PATH: z.string().optional(),
    COMMONWIRE_REPLAY: z.string().optional(),
    /** Set: how often each instruction ended how is shown. */
    COMMONWIRE_TALLY: z.string().optional(),
    COMMONWIRE_RUNS: z.coerce.number().int().min(1).default(120),
  })
  .parse(process.env);

const STEPS = 160;
const SECONDS = 100;

describe('any sequence of all instructions, by anybody', () => {
  let chain: ModelChain;

  before(async () => {
    chain = await ModelChain.start([NETWORK]);
  });

  after(() => chain.close());

  it('covers every instruction of the program', () => {
    const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(idl.instructions.map(({ name }) => camel(name))).to.have.members(
      operations.filter((operation) => operation !== 'donate'),
    );
  });

  it('does what the model does, and keeps what must hold', function () {
    this.timeout(10 * 60_000);
    const seed = settings.COMMONWIRE_SEED ?? Date.now() % 2 ** 31;
    const tally = new Map<string, number>();
    console.log(`      COMMONWIRE_SEED=${seed}`);
    fc.assert(
      fc.property(
        fc.constantFrom(2, 3),
        fc.nat(4),
        commands(STEPS, tally, settings.COMMONWIRE_REPLAY),
        (networks, age, steps) => {
          const world = new World(chain, networks);
          try {
            if (age > 0) bringToLife(world);
            fc.modelRun(() => ({ model: world, real: world }), steps);
          } catch (cause) {
            // fast-check runs the same commands again while it shrinks: what they print is of another run.
            throw new Error(`${world.journal.join('\n')}\n${cause}`, { cause });
          }
        },
      ),
      {
        seed,
        ...(settings.COMMONWIRE_PATH ? { path: settings.COMMONWIRE_PATH } : {}),
        numRuns: settings.COMMONWIRE_RUNS,
        interruptAfterTimeLimit: SECONDS * 1000,
        markInterruptAsFailure: false,
      },
    );
    const steps = [...tally.values()].reduce((sum, count) => sum + count, 0);
    console.log(`      ${steps} steps, ${tally.size} different outcomes`);
    if (settings.COMMONWIRE_TALLY) {
      for (const [outcome, count] of [...tally].sort()) console.log(`      ${count} ${outcome}`);
    }
  });
});
