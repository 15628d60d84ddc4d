import { epochCapOf } from '@commonwire/sdk/network';
import type { Dice } from '../../model/dice';
import { type Entry, ModelLedger } from './ledger';
import type { Site, World } from './world';

/**
 * How a ledger departs from what honest oracles make. The first three are the grounds of a challenge; `sum` claims
 * another total than the leaves', `excess` more than an epoch may earn.
 */
export type Lie = 'none' | 'above-cap' | 'fell' | 'wrong-owner' | 'sum' | 'excess';

/** A ledger for the epoch to be posted next. `lie` falls back to none where there is nobody to lie about. */
export function makeLedger(world: World, site: Site, dice: Dice, wanted: Lie) {
  const { model } = site;
  const cut = model.nextCut();
  const entries = honestEntries(site, dice);
  const cap = cut?.deviceEpochCap ?? 0n;
  const lied = entries.length > 0 ? lieAbout(world, site, dice, wanted, entries, cap) : null;
  const ledger = new ModelLedger(entries);
  const lie = lied === null ? 'none' : wanted;
  let earnedTotal = ledger.total;
  if (lie === 'sum') earnedTotal += dice.pick([1n, -1n, 100n]);
  if (lie === 'excess') earnedTotal += 5_001n;
  if (earnedTotal < 0n) earnedTotal = 0n;
  return { ledger, lie, faulty: lied, earnedTotal };
}

/** Every device's leaf as honest oracles make it: from the last ledger, owner records and the caps as of the cut. */
function honestEntries({ model }: Site, dice: Dice): Entry[] {
  const cut = model.nextCut();
  if (!cut) return [];
  const { emission } = model.founding;
  const { current } = model;
  const left = emission.maxSupply - current.earnedTotal;
  let budget = epochCapOf(emission, cut.epoch);
  if (left < budget) budget = left;
  return Array.from({ length: cut.deviceCount }, (_, index) => {
    const before = current.ledger.entries[index];
    const record = model.records.get(index);
    const recorded = record && record.effectiveEpoch <= cut.epoch;
    const owner = recorded ? record.owner : (before?.owner ?? model.devices[index]!);
    const wanted = dice.pick([cut.deviceEpochCap / 3n, cut.deviceEpochCap, 1n, 0n]);
    const gain = recorded && record.retired ? 0n : wanted < budget ? wanted : budget;
    budget -= gain;
    return { owner, earned: (before?.earned ?? 0n) + gain };
  });
}

/** Changes one device's entry. @returns its index, or null where nothing could be changed */
function lieAbout(
  world: World,
  { model }: Site,
  dice: Dice,
  lie: Lie,
  entries: Entry[],
  cap: bigint,
): number | null {
  const index = dice.nat(entries.length);
  const entry = entries[index]!;
  const before = model.current.ledger.entries[index];
  const base = before?.earned ?? 0n;
  switch (lie) {
    case 'none':
      return null;
    case 'sum':
    case 'excess':
      return index;
    case 'above-cap':
      entries[index] = { ...entry, earned: base + cap + 1n + BigInt(dice.nat(1000)) };
      return index;
    case 'fell': {
      if (base === 0n) return null;
      const other = (index + 1) % entries.length;
      const less = 1n + BigInt(dice.nat(Number(base)));
      // What one loses another gains, so that the total doesn't show it.
      if (other !== index) {
        entries[other] = {
          ...entries[other]!,
          earned: entries[other]!.earned + (entry.earned - base) + less,
        };
      }
      entries[index] = { ...entry, earned: base - less };
      return index;
    }
    case 'wrong-owner': {
      const record = model.records.get(index);
      const thief = world.owners.find(
        ({ publicKey }) => !before?.owner.equals(publicKey) && !record?.owner.equals(publicKey),
      );
      if (!before || !thief) return null;
      entries[index] = { ...entry, owner: thief.publicKey };
      return index;
    }
  }
}
