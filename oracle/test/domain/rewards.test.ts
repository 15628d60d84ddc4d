import { expect } from 'chai';
import fc from 'fast-check';
import { budgetOf, splitReward } from '../../src/domain/rewards';
import { splitBudget } from './model/split-budget';
import { makePolicy } from './support';

/** So that devices with next to no units may earn the whole cap. */
const units_for_cap = { energy: 1, bandwidth: 1, parking: 1, sensor: 1 };

describe('rewards', () => {
  it("split a budget by the kinds' shares, rounding down", () => {
    const half = makePolicy({
      epoch_budget: '101',
      device_epoch_cap: '50',
      kind_shares_ppm: { energy: 500_000 },
      units_for_cap,
    });
    const budget = budgetOf(half, { epoch: '1000', device: '1000' });
    const scored = [1n, 2n, 0n].map((score) => ({ kind: 1, score }));
    expect(splitBudget(half, budget, scored)).to.deep.equal([16n, 33n, 0n]);
    expect(splitBudget(half, budget, [{ kind: 1, score: 1n }])).to.deep.equal([50n]);
    expect(splitBudget(half, budget, [{ kind: 2, score: 1n }])).to.deep.equal([0n]);
  });

  it("never exceed a kind's share or the budget, whatever the scores", () => {
    const names = ['energy', 'bandwidth', 'parking', 'sensor'] as const;
    const shares = fc.tuple(...names.map(() => fc.integer({ min: 0, max: 250_000 })));
    const scored = fc.record({ kind: fc.integer({ min: 1, max: 4 }), score: fc.bigInt(0n, 1n << 60n) });
    const any = fc.tuple(shares, fc.bigInt(0n, (1n << 64n) - 1n), fc.array(scored, { maxLength: 12 }));
    fc.assert(
      fc.property(any, ([shares, total, devices]) => {
        const kind_shares_ppm = Object.fromEntries(names.map((name, i) => [name, shares[i]!]));
        const policy = makePolicy({
          epoch_budget: `${total}`,
          device_epoch_cap: `${total}`,
          kind_shares_ppm,
          reported_use: true,
          units_for_cap,
        });
        const rewards = splitBudget(
          policy,
          budgetOf(policy, { epoch: `${total}`, device: `${total}` }),
          devices,
        );
        for (const [i, share] of shares.entries()) {
          const own = devices.map(({ kind }, j) => (kind === i + 1 ? rewards[j]! : 0n));
          const paid = own.reduce((sum, reward) => sum + reward, 0n);
          const most = (total * BigInt(share)) / 1_000_000n;
          expect(paid <= most).to.equal(true);
          // Rounding loses less than one unit per device.
          const some = devices.some(({ kind, score }) => kind === i + 1 && score > 0n);
          if (some) expect(paid > most - BigInt(devices.length) - 1n).to.equal(true);
        }
        expect(rewards.reduce((sum, reward) => sum + reward, 0n) <= total).to.equal(true);
      }),
    );
  });

  it("stay within the chain's limits if the policy allows more", () => {
    const policy = makePolicy({ epoch_budget: '1000', device_epoch_cap: '400', units_for_cap });
    const scored = [1n, 1n, 2n].map((score) => ({ kind: 1, score }));
    const split = (epoch: string, device: string) =>
      splitBudget(policy, budgetOf(policy, { epoch, device }), scored);
    expect(split('1000', '400')).to.deep.equal([250n, 250n, 400n]);
    expect(split('500', '400')).to.deep.equal([125n, 125n, 250n]);
    expect(split('1000', '260')).to.deep.equal([250n, 250n, 260n]);
    expect(split('0', '400')).to.deep.equal([0n, 0n, 0n]);
  });

  it('the only reporter of a kind earns by its units, not the whole cap for 1 Wh', () => {
    const policy = makePolicy({ epoch_budget: '1000000', device_epoch_cap: '50000' });
    const alone = (score: bigint, kind = 1, device = '50000') =>
      splitBudget(policy, budgetOf(policy, { epoch: '1000000', device }), [{ kind, score }])[0];
    expect(alone(1n)).to.equal(50n);
    expect(alone(500n)).to.equal(25_000n);
    expect(alone(999n)).to.equal(49_950n);
    expect(alone(1_000n)).to.equal(50_000n);
    expect(alone(1_000_000n)).to.equal(50_000n);
    expect(alone(1n, 1, '2000')).to.equal(2n);
    expect(alone(1n, 1, '999')).to.equal(0n);
    const others = makePolicy({
      epoch_budget: '1000000',
      device_epoch_cap: '50000',
      reported_use: true,
      kind_shares_ppm: { energy: 0, bandwidth: 1_000_000 },
      units_for_cap: { bandwidth: 10 },
    });
    const budget = budgetOf(others, { epoch: '1000000', device: '50000' });
    expect(splitBudget(others, budget, [{ kind: 2, score: 3n }])).to.deep.equal([15_000n]);
  });

  it("split a device's reward among its reports without a remainder", () => {
    const scores = fc.array(fc.bigInt({ min: 0n, max: 1n << 40n }), { minLength: 1 });
    fc.assert(
      fc.property(scores, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (list, reward) => {
        const parts = splitReward(reward, list);
        const any = list.some((score) => score > 0n);
        expect(parts.reduce((a, b) => a + b, 0n)).to.equal(any ? reward : 0n);
        expect(parts.every((part) => part >= 0n)).to.equal(true);
      }),
    );
  });
});
