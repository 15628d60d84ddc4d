import { decodeNetwork } from '@commonwire/sdk/network';
import { AccountLayout, MintLayout } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { State } from '../../model/chain';
import type { Attempt, Site, World } from './world';

/** What there was before an attempt. */
export interface Snapshot {
  states: Map<string, State>;
  paused: boolean;
}

/** All accounts that anybody touched in this world, as they are. */
export function snapshot(world: World, { site, instructions }: Attempt): Snapshot {
  for (const { keys } of instructions) for (const { pubkey } of keys) world.track(site, pubkey);
  const states = new Map([...world.tracked.keys()].map((key) => [key, world.chain.read(new PublicKey(key))]));
  return { states, paused: site.model.pause.isActive(world.chain.now) };
}

const total = (states: Iterable<State>): bigint =>
  [...states].reduce((sum, { lamports }) => sum + lamports, 0n);

/** Requires of what an attempt changed what holds for any. */
export function checkChanges(
  world: World,
  { site, what }: Attempt,
  before: Snapshot,
  refused: string | null,
): void {
  const after = new Map([...before.states.keys()].map((key) => [key, world.chain.read(new PublicKey(key))]));
  expect(total(after.values()), 'lamports only move').to.equal(total(before.states.values()));
  for (const [key, now] of after) {
    const then = before.states.get(key)!;
    const same =
      now.lamports === then.lamports && now.owner === then.owner && Buffer.compare(now.data, then.data) === 0;
    if (same) continue;
    expect(refused, `${what} was refused and changed ${key}`).to.equal(null);
    const whose = world.tracked.get(key);
    if (whose !== undefined && whose !== null) expect(whose, `${what} changed ${key}`).to.equal(site.at);
    if (then.data.length > 8_000 && now.data.length > 8_000) checkSlots(then.data, now.data, before.paused);
    if (before.paused) checkStill(site, key, then, now, what);
  }
  const supplyNow = MintLayout.decode(Buffer.from(after.get(site.mint.toBase58())!.data)).supply;
  const supplyThen = MintLayout.decode(Buffer.from(before.states.get(site.mint.toBase58())!.data)).supply;
  if (supplyNow === supplyThen) return;
  const pending = decodeNetwork(site.address, before.states.get(site.address.toBase58())!.data);
  expect(what, 'only promoting makes tokens').to.equal('promote');
  expect(supplyNow - supplyThen).to.equal(pending.pending!.earnedTotal - pending.current.earnedTotal);
}

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
