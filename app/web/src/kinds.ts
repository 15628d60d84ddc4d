import { Kind } from '@commonwire/sdk/device';
import { formatCount, formatFloored, formatTokens } from './format';

/** How a kind of device is shown: what of it is verified, in which unit, and in which unit it has its capacity. */
interface KindView {
  name: string;
  /** What its charts show. */
  verified: string;
  unit: string;
  /** The unit as the heading of a column. */
  heading: string;
  /** Score in one unit: scores are Wh, bytes, seconds occupied, seconds measured. */
  per: bigint;
  /** Decimals in the table. */
  decimals: number;
  capacity: string;
}

const views: Record<number, KindView> = {
  [Kind.energy]: {
    name: 'energy',
    verified: 'energy',
    unit: 'kWh',
    heading: 'kWh',
    per: 1_000n,
    decimals: 1,
    capacity: 'W',
  },
  [Kind.bandwidth]: {
    name: 'bandwidth',
    verified: 'traffic',
    unit: 'GB',
    heading: 'GB',
    per: 1_000_000_000n,
    decimals: 3,
    capacity: 'kbit/s',
  },
  [Kind.parking]: {
    name: 'parking',
    verified: 'parking',
    unit: 'hours occupied',
    heading: 'Hours occupied',
    per: 3_600n,
    decimals: 2,
    capacity: 'bays',
  },
  [Kind.sensor]: {
    name: 'sensor',
    verified: 'readings',
    unit: 'hours measured',
    heading: 'Hours measured',
    per: 3_600n,
    decimals: 2,
    capacity: 'milli-units',
  },
};

/** How a kind is shown; one that this page doesn't know by its number, and its score as it is. */
export const viewOf = (kind: number): KindView =>
  views[kind] ?? {
    name: `kind ${kind}`,
    verified: `kind ${kind}`,
    unit: 'units',
    heading: `Units of kind ${kind}`,
    per: 1n,
    decimals: 0,
    capacity: '',
  };

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
