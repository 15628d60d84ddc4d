import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { z } from 'zod';
import type { Command, ModelWorld } from './steps';

/** The environment variable that repeats a failure. */
const settings = z
  .object({
    COMMONWIRE_SEED: z.coerce.number().int().optional(),
    COMMONWIRE_PATH: z.string().optional(),
    COMMONWIRE_REPLAY: z.string().optional(),
    /** Set: how often each instruction ended how is shown. */
    COMMONWIRE_TALLY: z.string().optional(),
    COMMONWIRE_RUNS: z.coerce.number().int().min(1).optional(),
  })
  .parse(process.env);

const STEPS = 160;
/** How many worlds there are, where nothing else is said. */
const RUNS = 120;
/** Bounds runs and what a failure takes to be made small. */
const SECONDS = 240;

/** Requires the chain to do what the model does, through many worlds and many steps in each. */
export async function runModel<W extends ModelWorld, S>(model: {
  /** The parameters of a world. */
  settings: fc.Arbitrary<S>;
  make(setting: S): W;
  /** How many worlds there are by default. */
  runs?: number;
  /** Prepares a new world before its steps. */
  begin(world: W, setting: S): void | Promise<void>;
  /** Requires of a world what must hold after any steps. */
  end(world: W): void;
  /** Draws steps. `tally` counts how each operation ended. */
  commands(tally: Map<string, number>): fc.Arbitrary<Command<W>>[];
}): Promise<void> {
  const seed = settings.COMMONWIRE_SEED ?? Date.now() % 2 ** 31;
  const tally = new Map<string, number>();
  console.log(`      COMMONWIRE_SEED=${seed}`);
  const steps = fc.commands(model.commands(tally), {
    maxCommands: STEPS,
    size: 'max',
    ...(settings.COMMONWIRE_REPLAY ? { replayPath: settings.COMMONWIRE_REPLAY } : {}),
  });
  await fc.assert(
    fc.asyncProperty(model.settings, steps, async (setting, commands) => {
      const world = model.make(setting);
      try {
        await model.begin(world, setting);
        fc.modelRun(() => ({ model: world, real: world }), commands);
        model.end(world);
      } catch (cause) {
        // fast-check runs the same commands again while it shrinks: what they print is of another run.
        throw new Error(`${world.journal.join('\n')}\n${cause}`, { cause });
      }
      // The accounts that were read are let go only between turns of the event loop.
      await setImmediate();
    }),
    {
      seed,
      ...(settings.COMMONWIRE_PATH ? { path: settings.COMMONWIRE_PATH } : {}),
      numRuns: settings.COMMONWIRE_RUNS ?? model.runs ?? RUNS,
      interruptAfterTimeLimit: SECONDS * 1000,
      markInterruptAsFailure: false,
    },
  );
  const total = [...tally.values()].reduce((sum, count) => sum + count, 0);
  console.log(`      ${total} steps, ${tally.size} different outcomes`);
  if (!settings.COMMONWIRE_TALLY) return;
  for (const [outcome, count] of [...tally].sort()) console.log(`      ${count} ${outcome}`);
}
