import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import type { Log } from '../../src/domain';
import type { Closable } from '../../src/tasks/close';
import { signed } from '../domain/support';
import { DishonestMember } from './dishonest-member';
import { declined, earned, earnedBy, nextAttempt } from './outcome';
import { World } from './world';

/** The leader of epoch 1. */
export const LEADER = 1;
/** An attester whose log has two entries, with two reports and with one. */
export const VICTIM = 0;
/** Attests too, and has a copy of every log. */
export const BYSTANDER = 2;

/** A first epoch, cut and ready to be closed by a dishonest leader. */
export interface TurnedLeader {
  readonly world: World;
  readonly member: DishonestMember;
  readonly due: Closable;
  readonly logs: readonly Log[];
  /** All acknowledged reports, one for each device. */
  readonly sent: readonly SignedReport[];
}

export async function turnedLeader(): Promise<TurnedLeader> {
  const world = await new World().start();
  await world.tick();
  const sent = world.devices.map((device, i) => signed(device, { value: 1000n - 100n * BigInt(i) }));
  await world.at(VICTIM).client.submit(sent.slice(0, 2));
  await world.at(VICTIM).client.submit(sent.slice(2, 3));
  await world.at(LEADER).client.submit(sent.slice(3, 4));
  await world.at(BYSTANDER).client.submit(sent.slice(4));
  world.pass(61);
  const member = await DishonestMember.turn(world, LEADER);
  await world.chain.cut();
  await member.gather();
  // Sealing takes one tick and copying another.
  await world.tick(2);
  return { world, member, sent, ...(await member.gather()) };
}

/** Both attesters refuse with these codes, and the next leader's dataset pays the owners what they earned. */
export async function resolves(
  { world, sent }: TurnedLeader,
  forVictim: string,
  forBystander = forVictim,
): Promise<void> {
  await world.tick(2);
  expect(declined(world, VICTIM)).to.deep.equal([forVictim]);
  expect(declined(world, BYSTANDER)).to.deep.equal([forBystander]);
  expect(world.chain.posts).to.deep.equal([]);
  await nextAttempt(world);
  await world.promoted(1);
  expect(world.chain.posts.map(({ attempt }) => attempt)).to.deep.equal([1]);
  expect(await earned(world)).to.deep.equal(earnedBy(world, sent));
}
