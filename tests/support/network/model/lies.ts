import { epochCapOf, hashOf, nodeOf, sumOf } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import type { Dice } from '../../model/dice';
import { type Entry, type Forgery, ModelLedger } from './ledger';
import type { Site, World } from './world';

/**
 * How a ledger departs from what honest oracles make.
 * - of one leaf: `above-cap`, `fell`, `wrong-owner`, `early-owner` (a transfer before its time), `late-owner` (one that is
 *   ignored), `retired-gain`; `shift`: what one device loses another gains.
 * - of the tree: `garbage` (a leaf that nothing hashes to), `buried` (a whole subtree of it), `false-sum` (a node whose sum
 *   isn't that of what it hashes), `padding` (earnings where there is no device), `full` (all that the epoch may earn, in
 *   one such node).
 * - of the claim: `sum` (another total than the root's), `excess` (more than an epoch may earn).
 */
export const LIES = [
  'above-cap',
  'fell',
  'shift',
  'wrong-owner',
  'early-owner',
  'late-owner',
  'retired-gain',
  'garbage',
  'buried',
  'false-sum',
  'padding',
  'full',
  'sum',
  'excess',
] as const;
export type Lie = (typeof LIES)[number];

interface Forged {
  entries: Entry[];
  forgeries: Forgery[];
}

let made = 0;

/** A hash that nothing leads to. */
function randomHash(): Uint8Array {
  made += 1;
  const hash = new Uint8Array(32).fill(0xee);
  new DataView(hash.buffer).setUint32(0, made);
  return hash;
}

/** Works a lie into a ledger. @returns false where there is nothing to lie about */
export function forge(
  world: World,
  site: Site,
  dice: Dice,
  lie: Lie,
  { entries, forgeries }: Forged,
): boolean {
  const { model } = site;
  const cut = model.nextCut()!;
  const index = dice.nat(entries.length);
  const entry = entries[index]!;
  const before = model.current.ledger.shown(index)?.earned ?? 0n;
  const record = model.records.get(index);
  const set = (change: Partial<Entry>, at = index) => {
    entries[at] = { ...entries[at]!, ...change };
    return true;
  };
  switch (lie) {
    case 'sum':
    case 'excess':
      return true;
    case 'above-cap':
      return set({ earned: before + cut.deviceEpochCap + 1n + BigInt(dice.nat(1000)) });
    case 'fell':
      return before > 0n && set({ earned: before - 1n - BigInt(dice.nat(Number(before))) });
    case 'shift': {
      const other = (index + 1) % entries.length;
      if (entry.earned === 0n || other === index) return false;
      const part = 1n + BigInt(dice.nat(Number(entry.earned)));
      set({ earned: entries[other]!.earned + part }, other);
      return set({ earned: entry.earned - part });
    }
    case 'wrong-owner': {
      const thief = dice.pick([...world.owners.map(({ publicKey }) => publicKey), PublicKey.default]);
      return !thief.equals(entry.owner) && set({ owner: thief });
    }
    case 'early-owner':
      return record !== undefined && record.effectiveEpoch > cut.epoch && set({ owner: record.owner });
    case 'late-owner':
      return (
        record !== undefined && record.effectiveEpoch <= cut.epoch && set({ owner: record.previousOwner })
      );
    case 'retired-gain':
      return model.isRetiredIn(index, cut.epoch) && set({ earned: before + 1n });
    case 'garbage':
      forgeries.push({ level: 0, position: index, node: nodeOf(entry.earned, randomHash()) });
      return true;
    case 'buried': {
      const honest = new ModelLedger(entries);
      const level = dice.nat(honest.depth);
      const sum = sumOf(honest.node(level, index >> level));
      forgeries.push({ level, position: index >> level, node: nodeOf(sum, randomHash()) });
      return true;
    }
    case 'false-sum': {
      const honest = new ModelLedger(entries);
      const level = dice.nat(honest.depth);
      const node = honest.node(level, index >> level);
      const sum = dice.pick([sumOf(node) + 1n + BigInt(dice.nat(500)), sumOf(node) / 2n]);
      if (sum === sumOf(node)) return false;
      forgeries.push({ level, position: index >> level, node: nodeOf(sum, hashOf(node)) });
      return true;
    }
    case 'padding': {
      const position = entries.length;
      if (position >= 2 ** new ModelLedger(entries).depth) return false;
      forgeries.push({ level: 0, position, node: nodeOf(BigInt(dice.nat(900)), randomHash()) });
      return true;
    }
    case 'full': {
      const { total } = new ModelLedger(entries, forgeries);
      const { emission } = model.founding;
      const most = model.current.earnedTotal + epochCapOf(emission, cut.epoch);
      const left = (most < emission.maxSupply ? most : emission.maxSupply) - total;
      if (left <= 0n) return false;
      forgeries.push({ level: 0, position: index, node: nodeOf(entry.earned + left, randomHash()) });
      return true;
    }
  }
}
