/** A street with a market, whose epochs are closed from signed reports. */
import { balanceOf, encodeRegisters, Kind } from '@commonwire/sdk/device';
import type { RegistryEntry } from '@commonwire/sdk/network';
import {
  type ChainOffer,
  type ChainOrder,
  type CloseInput,
  type CloseResult,
  close,
  genesis,
  INTERVAL,
  type MarketAccounts,
  type PolicyInput,
  type PreviousState,
  Registry,
  type SignedReport,
  toBase58,
} from '../../../src/domain';
import {
  address,
  closeInput,
  cutOf,
  GOLDEN_SPOT,
  HOUR,
  makeDevice,
  makePolicy,
  NOON,
  northOf,
  signed,
} from '../support';

export const MARKET = toBase58(address('market'));
export const AREA = toBase58(address('area'));
export const LATE = 2 * HOUR;
const CENTRE = northOf(GOLDEN_SPOT, 0);

/** Its seller, and its buyer, base58. */
export const ownerOf = (name: string): string => toBase58(address(name));
const meterAt = (index: number, owner: string) =>
  makeDevice(index, { kind: Kind.meter, h3Cell: GOLDEN_SPOT, capacity: 20_000, owner: address(owner) });

/** The seller's meter and panels, the buyer's meter, and a meter that belongs to somebody else. */
export const DEVICES = [
  meterAt(0, 'seller'),
  makeDevice(1, { owner: address('seller') }),
  meterAt(2, 'buyer'),
  meterAt(3, 'stranger'),
];

/** What a meter counted from the beginning of a quarter of an hour on. */
export const metered = (
  device: number,
  start: number,
  registers: { exported: number; imported: number },
  changes: { seconds?: number; value?: bigint } = {},
): SignedReport =>
  signed(DEVICES[device]!, {
    ...CENTRE,
    start,
    value: balanceOf(registers),
    extra: encodeRegisters(registers),
    ...changes,
  });

/** In a quarter the panels generate 1,000 Wh, of which 800 are exported; the buyer takes 500. */
export const quarterOf = (start: number): SignedReport[] => [
  metered(0, start, { exported: 800, imported: 0 }),
  signed(DEVICES[1]!, { start, value: 1_000n }),
  metered(2, start, { exported: 0, imported: 500 }),
];

/** The quarters from one time to another. */
export const quarters = (from: number, until: number): number[] =>
  Array.from({ length: (until - from) / INTERVAL }, (_, i) => from + i * INTERVAL);

const terms = { area: AREA, from: NOON - 24 * HOUR, until: NOON + 240 * HOUR, cancelledAt: 0 };

export const offerOf = (changes: Partial<ChainOffer> = {}): ChainOffer => ({
  address: toBase58(address('offer')),
  birth: 1n,
  owner: ownerOf('seller'),
  ...terms,
  devices: [0, 1],
  ask: 20n,
  capacity: 1_000_000n,
  ...changes,
});

export const orderOf = (changes: Partial<ChainOrder> = {}): ChainOrder => ({
  address: toBase58(address('order')),
  birth: 2n,
  owner: ownerOf('buyer'),
  ...terms,
  device: 2,
  maxPrice: 30n,
  budget: 1_000_000n,
  ...changes,
});

export const accounts = (changes: Partial<MarketAccounts> = {}): MarketAccounts => ({
  market: MARKET,
  lateSeconds: LATE,
  areas: [{ address: AREA, cell: '882681a339fffff', lossBps: 0 }],
  meters: [0, 2].map((device) => ({
    area: AREA,
    device,
    admittedAt: NOON - 48 * HOUR,
    removedAt: 0,
  })),
  offers: [offerOf()],
  orders: [orderOf()],
  ...changes,
});

export interface Epoch {
  readonly reports: readonly SignedReport[];
  /** Chain time of its cut. */
  readonly cut: number;
  readonly markets?: readonly MarketAccounts[];
  readonly policy?: Partial<PolicyInput>;
  readonly changes?: Partial<CloseInput>;
}

export const registryWith = (...changes: readonly RegistryEntry[]): Registry =>
  Registry.from([{ kind: 'registered', devices: DEVICES }, ...changes]);

/** The input of an epoch's close. Its log is sealed a minute after the cut. */
export function inputOf(
  { reports, cut, markets = [accounts()], policy = {}, changes = {} }: Epoch,
  previous: PreviousState,
  registry = registryWith(),
): CloseInput {
  const made = closeInput(
    registry,
    reports,
    {
      previous,
      markets,
      cut: cutOf(registry, cut),
      policy: makePolicy({ markets: [MARKET], ...policy }),
    },
    cut + 60,
  );
  return { ...made, ...changes };
}

/** Closes epochs, one after another. */
export function closeStreet(epochs: readonly Epoch[], registry = registryWith()): CloseResult[] {
  let previous: PreviousState = genesis;
  return epochs.map((epoch) => {
    const result = close(inputOf(epoch, previous, registry));
    previous = result.next;
    return result;
  });
}

/** The lines of a group of an epoch's parts. */
export function linesIn(result: CloseResult, group: keyof CloseResult['manifest']['parts']): unknown[] {
  return (result.manifest.parts[group] ?? []).flatMap(({ sha256 }) => {
    const { bytes } = result.parts.find((part) => part.sha256 === sha256)!;
    return Buffer.from(bytes)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  });
}
