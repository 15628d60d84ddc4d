import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DISHONEST_POINTS, HONEST_POINTS } from './points';
import { DISHONEST, HONEST, type Outcome, type Plan, run } from './scenario';
import { bundleVictim } from './victim-process';

/** A device whose refused report was counted but not answered sends it again: that is counted too, as without a kill. */
const COUNTED = 'ingest: after counts of refused reports';

/** Runs under way at a time. */
const AT_ONCE = 4;

describe('oracle: killed at any point', function () {
  this.timeout(60_000);
  let folder: string;
  let program: string;
  const undisturbed = new Map<Plan, Promise<Outcome>>();
  /** What a plan comes to without a kill. */
  const expected = (plan: Plan): Promise<Outcome> => {
    const known = undisturbed.get(plan) ?? run(program, plan);
    undisturbed.set(plan, known);
    return known;
  };
  const REFUSED_TWICE: Plan = { ...HONEST, refusedTimes: 2 };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-victim-'));
    program = await bundleVictim(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('comes by the points of the list, and by no others', async () => {
    const outcomes = await Promise.all([HONEST, DISHONEST].map(expected));
    expect(outcomes.map(({ points }) => points)).to.deep.equal([HONEST_POINTS, DISHONEST_POINTS]);
    for (const { deaths, failures, lost, evidence } of outcomes)
      expect({ deaths, failures, lost, evidence }).to.deep.equal({
        deaths: 0,
        failures: [],
        lost: [],
        evidence: [],
      });
  });

  it('makes the same bytes twice', async () => {
    const { datasets, accounts } = await run(program, HONEST);
    const first = await expected(HONEST);
    expect({ datasets, accounts }).to.deep.equal({ datasets: first.datasets, accounts: first.accounts });
  });

  const deaths: readonly (readonly [Plan, string])[] = [
    ...HONEST_POINTS.map((point) => [HONEST, point] as const),
    ...DISHONEST_POINTS.filter((point) => !HONEST_POINTS.includes(point)).map(
      (point) => [DISHONEST, point] as const,
    ),
  ];
  const started = new Map<string, Promise<Outcome>>();
  /** The run with the `i`th death. The next ones are begun too: most of a run is waiting for blocks. */
  const killed = (i: number): Promise<Outcome> => {
    for (const [plan, point] of deaths.slice(i, i + AT_ONCE)) {
      if (started.has(point)) continue;
      const outcome = run(program, plan, point);
      // Told by the test of that point.
      outcome.catch(() => undefined);
      started.set(point, outcome);
    }
    return started.get(deaths[i]![1])!;
  };

  for (const [i, [plan, point]] of deaths.entries()) {
    it(point, async () => {
      const same = await expected(point === COUNTED ? REFUSED_TWICE : plan);
      const { deaths, failures, datasets, accounts, lost, signed, evidence } = await killed(i);
      expect(deaths).to.equal(1);
      expect(datasets).to.deep.equal(same.datasets);
      expect(accounts).to.deep.equal(same.accounts);
      expect(signed).to.deep.equal(same.signed);
      expect({ failures, lost, evidence }).to.deep.equal({ failures: [], lost: [], evidence: [] });
    });
  }
});
