import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DISHONEST_POINTS, HONEST_POINTS } from './points';
import { DISHONEST, HONEST, type Outcome, type Plan, run } from './scenario';
import { bundleVictim } from './victim-process';

/** After this point the device sends its refused report again, which is rightly counted twice. */
const COUNTED = 'ingest: after counts of refused reports';

/** Scenarios in progress at a time. */
const MAX_CONCURRENT = 4;

/**
 * Groups the points into pairs that are half a scenario apart, each point once: this also tests a second kill and needs
 * half as many scenarios. A point that a process passes for the second or third time is alone, since another kill would
 * reset its count.
 */
function paired(points: readonly string[]): string[][] {
  const counted = (point: string) => /\(\d+\)$/.test(point);
  const once = points.filter((point) => !counted(point));
  const half = Math.ceil(once.length / 2);
  const twos = once.slice(0, half).map((point, i) => [point, ...once.slice(half + i, half + i + 1)]);
  return [...twos, ...points.filter(counted).map((point) => [point])];
}

describe('oracle: killed at any point', function () {
  this.timeout(180_000);
  let folder: string;
  let program: string;
  const undisturbed = new Map<Plan, Promise<Outcome>>();
  /** The outcome of a plan without a kill. */
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

  it('passes exactly the points in the list', async () => {
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

  it('produces the same bytes twice', async () => {
    const { datasets, accounts } = await run(program, HONEST);
    const first = await expected(HONEST);
    expect({ datasets, accounts }).to.deep.equal({ datasets: first.datasets, accounts: first.accounts });
  });

  const kills: readonly (readonly [Plan, readonly string[]])[] = [
    ...paired(HONEST_POINTS).map((points) => [HONEST, points] as const),
    ...paired(DISHONEST_POINTS.filter((point) => !HONEST_POINTS.includes(point))).map(
      (points) => [DISHONEST, points] as const,
    ),
  ];
  const started = new Map<number, Promise<Outcome>>();
  /** Returns the `i`th scenario with kills. Also starts the next ones, since a scenario mostly waits for blocks. */
  const killed = (i: number): Promise<Outcome> => {
    for (let next = i; next < Math.min(i + MAX_CONCURRENT, kills.length); next++) {
      if (started.has(next)) continue;
      const [plan, points] = kills[next]!;
      const outcome = run(program, plan, points);
      // Reported by the tests of those points.
      outcome.catch(() => undefined);
      started.set(next, outcome);
    }
    return started.get(i)!;
  };

  for (const [i, [plan, points]] of kills.entries()) {
    it(points.join('; then '), async () => {
      const same = await expected(points.includes(COUNTED) ? REFUSED_TWICE : plan);
      const { deaths, failures, datasets, accounts, lost, signed, evidence } = await killed(i);
      expect(deaths).to.equal(points.length);
      expect(datasets).to.deep.equal(same.datasets);
      expect(accounts).to.deep.equal(same.accounts);
      expect(signed).to.deep.equal(same.signed);
      expect({ failures, lost, evidence }).to.deep.equal({ failures: [], lost: [], evidence: [] });
    });
  }
});
