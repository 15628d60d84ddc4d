import { epochCapOf } from '@commonwire/sdk/network';
import type { Dice } from '../../model/dice';
import { type Entry, type Forgery, ModelLedger } from './ledger';
import { forge, LIES, type Lie } from './lies';
import type { Site, World } from './world';

/** What a committee, honest or not, makes of an epoch. */
export interface Made {
  ledger: ModelLedger;
  /** The total that it claims. */
  earnedTotal: bigint;
  lies: readonly Lie[];
  /** Devices whose leaves it publishes. */
  published: Set<number>;
}

/** A ledger for the epoch to be posted next, by honest oracles or with some lies in it. */
export function makeLedger(world: World, site: Site, dice: Dice): Made {
  const honest = dice.nat(2) === 0;
  const entries = honestEntries(world, site, dice);
  const forgeries: Forgery[] = [];
  const wanted =
    honest || entries.length === 0 ? [] : [dice.pick(LIES), ...(dice.rarely(3) ? [dice.pick(LIES)] : [])];
  const lies = wanted.filter((lie) => forge(world, site, dice, lie, { entries, forgeries }));
  const ledger = new ModelLedger(entries, forgeries);
  const hides = lies.length > 0 ? dice.pick(['nothing', 'everything', 'some'] as const) : 'nothing';
  const mask = dice.nat(999);
  const shows = (index: number) =>
    hides === 'nothing' || (hides === 'some' && ((mask >> (index % 9)) & 1) === 1);
  const published = new Set([...entries.keys()].filter((index) => ledger.isShowable(index) && shows(index)));
  let earnedTotal = ledger.total;
  if (lies.includes('sum')) earnedTotal += dice.pick([1n, -1n, 100n]);
  if (lies.includes('excess')) earnedTotal += 5_001n;
  if (earnedTotal < 0n) earnedTotal = 0n;
  return { ledger, earnedTotal, lies, published };
}

/** Every device's leaf as honest oracles make it: from the last ledger, the registry and the caps as of the cut. */
export function honestEntries({ chain }: World, { model }: Site, dice: Dice): Entry[] {
  const cut = model.nextCut();
  if (!cut) return [];
  const { emission } = model.founding;
  const { current } = model;
  const left = emission.maxSupply - current.earnedTotal;
  let budget = epochCapOf(emission, cut.epoch);
  if (left < budget) budget = left;
  return Array.from({ length: cut.deviceCount }, (_, index) => {
    const before = current.ledger.shown(index)?.earned ?? 0n;
    const wanted = dice.pick([cut.deviceEpochCap / 3n, cut.deviceEpochCap, 1n, 0n]);
    const gain = model.isRetiredIn(index, cut.epoch) ? 0n : wanted < budget ? wanted : budget;
    budget -= gain;
    const owner = model.ownerIn(index, cut.epoch);
    // Where earlier epochs may be corrected, some device keeps no more than it was paid.
    const [paid, corrects] = [
      model.paidTo(index),
      model.isCorrective(chain.now, cut.epoch) && dice.rarely(3),
    ];
    return { owner, earned: corrects && before > paid ? paid : before + gain };
  });
}
