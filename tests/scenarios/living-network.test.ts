import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(__dirname, '../..');

let running: ChildProcess | undefined;

/** Runs `npm start` with these arguments and returns what it printed. */
function start(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const main = join(ROOT, 'app/demo/src/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: ROOT });
  running = child;
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}

describe('npm start -- --once --json', () => {
  // One that a time limit ended would go on for ever.
  afterEach(() => running?.kill('SIGKILL'));

  it('pays what measured sunlight earned, to the last unit, and those who lie nothing', async function () {
    this.timeout(240_000);
    const { code, stdout, stderr } = await start('--once', '--json', '--epoch-seconds', '5', '--port', '0');
    expect(code, stderr).to.equal(0);
    const summary = JSON.parse(stdout);

    expect(summary.epochs).to.be.at.least(5);
    // 28 in the network, 4 of the farm, and on the street 30 meters and the panels of 12: where days are real, the first alone.
    const isReal = Boolean(process.env.COMMONWIRE_RPC_URL);
    expect([summary.devices, summary.owners]).to.deep.equal(isReal ? [28, 5] : [74, 36]);
    expect(summary.earned_total).to.match(/^[1-9][0-9]*$/);
    expect(summary.paid_total).to.equal(summary.earned_total);
    expect(BigInt(summary.earned_total) <= BigInt(summary.epochs) * 1_000_000_000n).to.equal(true);
    expect(summary.reports.accepted).to.be.greaterThan(1000);
    expect(summary.reports.duplicate).to.be.greaterThan(0);
    expect(summary.reports.rejected).to.be.greaterThan(0);
    expect(summary.honest_refused).to.deep.equal({});
    expect(summary.transactions.post).to.equal(summary.epochs);
    expect(summary.transactions.settle).to.be.at.least(5);
    expect(summary.cu.post).to.be.greaterThan(0).and.at.most(30_000);
    expect(summary.cu.settle_per_device).to.be.greaterThan(0);

    expectStories(summary);
    expectMarket(summary);

    const hostile = Object.fromEntries(
      summary.hostile.map((device: { behaviour: string }) => [device.behaviour, device]),
    );
    expect(hostile['forged-signature']).to.deep.include({ codes: ['bad-signature'], earned: '0' });
    expect(hostile['night-sun']).to.deep.include({ codes: ['sun-at-night'], earned: '0' });
    expect(hostile['two-readings']).to.deep.include({ codes: ['conflict'], earned: '0' });
    expect(hostile.replay.codes).to.include('duplicate');
    // Not to the last unit: a copy that reaches one oracle in an epoch before the original reaches another earns that
    // epoch's share. A copy that was paid as well would double it.
    const { earned, honest_twin_earned } = hostile.replay;
    expect(Number(earned)).to.be.closeTo(Number(honest_twin_earned), Number(honest_twin_earned) / 20);
  });

  it('names the argument that is wrong', async function () {
    this.timeout(30_000);
    const { code, stderr } = await start('--once', '--epochs', 'many');
    expect(code).to.equal(2);
    expect(stderr).to.include('--epochs: many is not a whole number from 1 to 90');
  });
});

/** Farm and DAO came to what they must. Where days are real there is no time for them. */
function expectStories({ assets, dao }: { assets: Record<string, string> | null; dao: object | null }): void {
  if (process.env.COMMONWIRE_RPC_URL) {
    expect([assets, dao]).to.deep.equal([null, null]);
    return;
  }
  const { raised, refunded, tranches_paid, redeemed, revenue, claimed, rewards, rewards_claimed } =
    Object.fromEntries(Object.entries(assets!).map(([name, amount]) => [name, BigInt(amount)]));
  expect([raised, refunded]).to.deep.equal([100_000_000_000n, 12_000_000_000n]);
  expect(tranches_paid! > 0n && redeemed! > 0n && tranches_paid! + redeemed! <= raised!).to.equal(true);
  // The last base unit of a stream may be a fraction for each of several stakers.
  expect(Number(revenue! - claimed!)).to.be.within(0, 20);
  expect(rewards_claimed! > 0n && rewards_claimed! <= rewards!).to.equal(true);
  expect(dao).to.deep.equal({ proposals: 2, executed: 1, vetoed: 1 });
}

/** A street traded for a day: every base unit that buyers paid is with sellers, in fees or in the area's pool. */
function expectMarket({ market }: { market: Record<string, string> | null }): void {
  if (process.env.COMMONWIRE_RPC_URL) {
    expect(market).to.equal(null);
    return;
  }
  const sums = Object.entries(market!).map(([name, amount]) => [name, BigInt(amount)] as const);
  const { cleared_wh, paid, received, fees, pools, saved } = Object.fromEntries(sums);
  expect(cleared_wh! > 0n && received! > 0n && fees! > 0n).to.equal(true);
  expect(paid).to.equal(received! + fees! + pools!);
  // Nobody takes less than 90 base units a Wh, nor pays more than 290; the grid pays 80 and takes 300.
  expect(received! >= 90n * cleared_wh! && paid! <= 290n * cleared_wh!).to.equal(true);
  expect(saved! > 10n * cleared_wh! && saved! < 220n * cleared_wh!).to.equal(true);
}
