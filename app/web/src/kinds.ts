import { KINDS, Kind, type KindFacts, type KindName, kindNameOf } from '@commonwire/sdk/device';
import { formatCount, formatFloored, formatTokens } from './format';
import { t } from './text';

/** How a kind of device is shown. */
interface KindView {
  name: string;
  /** The CSS class of its colour. */
  series: string;
  /** The verified quantity, for chart titles. */
  verified: string;
  unit: string;
  /** The unit as the heading of a column. */
  heading: string;
  /** Scores in one unit. */
  per: bigint;
  /** Decimals in the table. */
  decimals: number;
  capacity: string;
}

/** Returns how a kind is shown. An unknown kind is shown by its number, with its raw score. */
export function viewOf(kind: number): KindView {
  const name = kindNameOf(kind);
  if (name) return viewOfKnown(name, KINDS[name]);
  return {
    name: t('kind.other', { kind }),
    series: 'other',
    verified: t('kind.other', { kind }),
    unit: t('unit.other'),
    heading: t('unit.otherHeading', { kind }),
    per: 1n,
    decimals: 0,
    capacity: '',
  };
}

const viewOfKnown = (name: KindName, { capacityUnit, shown }: KindFacts): KindView => ({
  name: t(`kind.${name}`),
  series: name,
  verified: t(`what.${name}`),
  unit: t(`unit.${name}`),
  // A word begins with a capital; a symbol such as kWh stays as it is.
  heading: t(`unit.${name}`).replace(/^[a-z](?=[a-z])/, (letter) => letter.toUpperCase()),
  per: shown.scores,
  decimals: shown.decimals,
  capacity: capacityUnit,
});

/** A score in the kind's unit, rounded down, without the unit. */
export function formatScore(score: bigint, kind: number): string {
  const { per, decimals } = viewOf(kind);
  return formatFloored(score, per, decimals);
}

/** A device's capacity with the unit of its kind; W from 1,000 on as kW. */
export function formatCapacity(capacity: number, kind: number): string {
  if (kind === Kind.energy && capacity >= 1000) return `${formatTokens(BigInt(capacity), 3)} kW`;
  return `${formatCount(capacity)} ${viewOf(kind).capacity}`.trimEnd();
}
