import { decodePool, decodePosition, maxVoterWeightAddress, voterWeightAddress } from '@commonwire/sdk/stake';
import { expect } from 'chai';
import fc from 'fast-check';
import { Dice } from '../../model/dice';
import { changesSince, takeSnapshot } from '../../model/snapshot';
import { type Command, choices, command, perform, type Stepped, wait } from '../../model/steps';
import { operations } from './operations';
import { StreamModel } from './stream-model';
import { COOL_DOWN, type StakeAttempt, type StakeWorld } from './world';

const WEIGHTS: Record<string, number> = {
  openPosition: 4,
  claim: 3,
  weighVote: 4,
  beginUnlock: 2,
  withdraw: 2,
};
const TIMES = [1n, 0n, 600n, 3_600n, 7_800n, 7_801n, 43_200n, 86_400n, 400_000n, 70_000_000n];
const TIME_WEIGHT = 8;

/** Attempts in a world; afterwards chain and model are the same, and all that must hold does. */
const stepped: Stepped<StakeWorld, StakeAttempt> = {
  draw: (world, operation, dice) => operations[operation]!(world, dice),
  watch(world, attempt) {
    const { chain } = world;
    const keys = [
      world.pool,
      world.stakes,
      world.vault,
      ...[...world.positions.values()].map((one) => one.address),
    ];
    const before = takeSnapshot(chain, [
      ...new Set([
        ...keys.map((key) => key.toBase58()),
        ...attempt.instructions.flatMap((one) => one.keys.map(({ pubkey }) => pubkey.toBase58())),
      ]),
    ]);
    const held = attempt.claims ? world.balance(attempt.claims.account) : 0n;
    return (refused) => {
      changesSince(chain, before, attempt, refused);
      if (refused) return;
      if (attempt.claims) checkClaim(world, attempt.claims, held);
      check(world);
    };
  },
};

/** A claim pays what was earned, give or take a base unit, and takes it off. */
function checkClaim(
  world: StakeWorld,
  { position, account }: NonNullable<StakeAttempt['claims']>,
  held: bigint,
): void {
  const paid = world.balance(account) - held;
  const expected = StreamModel.whole(position.accrued);
  expect(paid - expected, `paid ${paid}, earned ${expected}`).to.be.oneOf([0n, 1n, -1n]);
  position.accrued -= StreamModel.fraction(paid);
  world.claimed += paid;
}

/** What must hold after any step. */
function check(world: StakeWorld): void {
  const { chain, stream } = world;
  const pool = decodePool(world.pool, chain.read(world.pool).data);
  expect(pool).to.deep.include({
    totalWeight: world.totalWeight,
    staked: world.staked,
    incomeTotal: stream.deposited,
    incomeLeft: stream.deposited - world.claimed,
  });
  let [weights, stakes] = [0n, 0n];
  for (const one of world.positions.values()) {
    const position = decodePosition(one.address, chain.read(one.address).data);
    const { amount, weight, openedSlot } = one;
    expect(position).to.deep.include({ amount, weight, openedSlot, unlocksAt: one.unlocksAt ?? 0n });
    expect(position.weight <= 4n * position.amount, 'at most four times the stake').to.equal(true);
    if (one.unlocksAt !== null) expect(position.weight, 'unlocking weighs nothing').to.equal(0n);
    weights += position.weight;
    stakes += position.amount;
  }
  expect(pool.totalWeight, 'the total is the sum').to.equal(weights);
  expect(pool.staked).to.equal(stakes);
  expect(pool.totalWeight <= 4n * pool.staked).to.equal(true);
  expect(world.balance(world.stakes), 'every stake is there').to.equal(pool.staked);
  expect(world.balance(world.vault), 'every income is there').to.equal(pool.incomeLeft + world.uncounted);
  expect(world.claimed <= stream.deposited, 'claims never exceed deposits').to.equal(true);

  for (const { publicKey: owner } of world.owners) {
    const { data } = chain.read(voterWeightAddress({ pool: world.pool, owner }));
    expect(Buffer.from(data).readBigUInt64LE(104)).to.equal(world.weights.get(owner.toBase58()) ?? 0n);
  }
  const most = Buffer.from(chain.read(maxVoterWeightAddress(world.pool)).data).readBigUInt64LE(72);
  expect(most, 'the most that could vote').to.equal(world.most);

  for (const vote of world.votes) {
    const cast = [...vote.cast.values()].reduce((sum, weight) => sum + weight, 0n);
    // Until what is decided can have been executed, quorums are parts of at least all that voted.
    if (world.chain.now - vote.since <= COOL_DOWN)
      expect(cast <= world.maxWeight, 'no more votes than could vote').to.equal(true);
  }
}

/** Nobody can be kept from their stake: everything is unlocked, withdrawn, claimed and closed. */
export function endWell(world: StakeWorld, tally: Map<string, number>): void {
  const must = (operation: string, attempt: StakeAttempt) =>
    expect(perform(stepped, world, operation, attempt, tally), attempt.what).to.equal(null);
  const act = (operation: string, ...made: number[]) =>
    must(operation, operations[operation]!(world, new Dice(made)));
  act('countIncome', 0);
  wait<StakeWorld>(200_000_000n).run(world, world);
  for (const at of [...world.positions.values()].keys()) {
    // Not a rare draw, and the position in this place, signed by its owner.
    const made = [0, 0, 0, at, 0];
    const position = [...world.positions.values()][at]!;
    act('claim', ...made);
    if (position.unlocksAt === null) act('beginUnlock', ...made);
  }
  wait<StakeWorld>(200_000_000n).run(world, world);
  for (const at of [...world.positions.values()].keys())
    if ([...world.positions.values()][at]!.amount > 0n) act('withdraw', 0, 0, 0, at, 0);
  while (world.positions.size > 0) act('closePosition', 0, 0, 0, 0, 0);
  expect(world.totalWeight).to.equal(0n);
  expect(world.balance(world.stakes)).to.equal(0n);
}

/** The commands that a world is tried with. */
export function commands(tally: Map<string, number>): fc.Arbitrary<Command<StakeWorld>>[] {
  const weighted = Object.keys(operations).flatMap((operation) =>
    Array.from({ length: WEIGHTS[operation] ?? 1 }, () =>
      choices().map((made) =>
        command<StakeWorld>(operation, (world) => {
          const attempt = stepped.draw(world, operation, new Dice(made));
          perform(stepped, world, operation, attempt, tally);
        }),
      ),
    ),
  );
  const passing = Array.from({ length: TIME_WEIGHT }, () =>
    fc.constantFrom(...TIMES).map((seconds) => wait<StakeWorld>(seconds)),
  );
  return [...weighted, ...passing];
}
