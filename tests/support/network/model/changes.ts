import { decodeNetwork, epochCapOf } from '@commonwire/sdk/network';
import { AccountLayout, MintLayout } from '@solana/spl-token';
import { expect } from 'chai';
import type { State } from '../../model/chain';
import { changesSince, type Snapshot, takeSnapshot } from '../../model/snapshot';
import type { NetworkAttempt, Site, World } from './world';

/** The state before an attempt. */
interface Before {
  states: Snapshot;
  paused: boolean;
}

/** All accounts that anybody touched in this world, as they are. */
export function snapshot(world: World, { site, instructions }: NetworkAttempt): Before {
  for (const { keys } of instructions) for (const { pubkey } of keys) world.track(site, pubkey);
  const states = takeSnapshot(world.chain, world.tracked.keys());
  // Once a network is closed a pause keeps nothing back: what is left belongs to its funders.
  const { life, pause } = site.model;
  return { states, paused: life !== 'closed' && pause.isActive(world.chain.now) };
}

/** Requires of what an attempt changed what holds for any. */
export function checkChanges(
  world: World,
  attempt: NetworkAttempt,
  { states, paused }: Before,
  refused: string | null,
): void {
  const { site, what } = attempt;
  // Closing ends once owners had thirty days without a pause, so that no pause keeps their heir or funders waiting.
  const isLast = what.startsWith('finish_close');
  for (const { key, before, after } of changesSince(world.chain, states, attempt, refused)) {
    const whose = world.tracked.get(key);
    if (whose !== undefined && whose !== null) expect(whose, `${what} changed ${key}`).to.equal(site.at);
    if (before.data.length > 8_000 && after.data.length > 8_000) checkSlots(before.data, after.data, paused);
    if (paused && !isLast) checkStill(site, key, before, after, what);
  }
  const supplyNow = supplyOf(world.chain.read(site.mint));
  const supplyThen = supplyOf(states.get(site.mint.toBase58())!);
  if (supplyNow === supplyThen) return;
  const { pending, mintedTotal, emission } = decodeNetwork(
    site.address,
    states.get(site.address.toBase58())!.data,
  );
  expect(what, 'only promoting makes tokens').to.equal('promote');
  expect(supplyNow - supplyThen).to.equal(pending!.earnedTotal - mintedTotal);
  expect(supplyNow - supplyThen <= epochCapOf(emission, pending!.epoch), 'within the cap').to.equal(true);
}

const supplyOf = ({ data }: State): bigint => MintLayout.decode(Buffer.from(data)).supply;

/** Nothing is paid while a network is paused; tokens may still be put into its vault by those who have them. */
function checkStill(site: Site, key: string, then: State, now: State, what: string): void {
  if (key === site.mint.toBase58()) expect.fail(`${what} changed the supply of a paused network`);
  if (now.data.length !== AccountLayout.span || now.owner !== then.owner) return;
  if (key === site.vault.toBase58()) {
    const amount = ({ data }: State) => AccountLayout.decode(Buffer.from(data)).amount;
    expect(amount(now) >= amount(then), 'nothing leaves the vault of a paused network').to.equal(true);
  }
}

/** Slots stand behind the last 8,192 bytes of a page. */
function checkSlots(then: Uint8Array, now: Uint8Array, paused: boolean): void {
  const slots = (data: Uint8Array) =>
    new BigUint64Array(Uint8Array.from(data.subarray(data.length - 8192)).buffer);
  const [before, after] = [slots(then), slots(now)];
  for (const [slot, paid] of after.entries()) {
    expect(paid >= before[slot]!, `slot ${slot} fell`).to.equal(true);
    expect(!paused || paid === before[slot], `slot ${slot} moved while paused`).to.equal(true);
  }
}
