/** The facts shared by all devices of a kind. */
export interface KindFacts {
  /** The byte in registry leaves and reports. 0 is no kind; the chain has room for 1 to 7. */
  readonly id: number;
  /** Unit of the values in reports. */
  readonly unit: string;
  /** Unit of the registered capacity. */
  readonly capacityUnit: string;
  /** Lamports that a network asks for each unit of capacity where its configuration doesn't say. */
  readonly capacityFee: number;
  /**
   * What counts of a kind in an H3 cell of resolution 10, about 150 m across, where a network's policy doesn't say: in
   * the capacity's unit, but sensors by their number in a cell of resolution 7. Of energy it is as much as panels wall to
   * wall would give. A kind without it earns nothing by itself.
   */
  readonly cellCapacity?: number;
  /** Scores from which a device may earn the whole cap of an epoch, where a network's policy doesn't say. */
  readonly unitsForCap?: number;
  /** How scores are shown to people. */
  readonly shown: {
    /** The verified quantity. */
    readonly what: string;
    readonly unit: string;
    /** Scores in one such unit: scores are Wh, bytes, bay seconds occupied and seconds measured. */
    readonly scores: bigint;
    readonly decimals: number;
  };
}

/** Every kind of device, by name. */
export const KINDS = {
  energy: {
    id: 1,
    unit: 'Wh',
    capacityUnit: 'W',
    capacityFee: 100,
    cellCapacity: 3_000_000,
    unitsForCap: 1_000,
    shown: { what: 'energy', unit: 'kWh', scores: 1_000n, decimals: 1 },
  },
  bandwidth: {
    id: 2,
    unit: 'bytes',
    capacityUnit: 'kbit/s',
    capacityFee: 1,
    cellCapacity: 10_000_000,
    unitsForCap: 1_000_000_000,
    shown: { what: 'traffic', unit: 'GB', scores: 1_000_000_000n, decimals: 3 },
  },
  parking: {
    id: 3,
    unit: 'bay seconds',
    capacityUnit: 'bays',
    capacityFee: 1_000_000,
    cellCapacity: 600,
    unitsForCap: 3_600,
    shown: { what: 'parking', unit: 'hours occupied', scores: 3_600n, decimals: 2 },
  },
  sensor: {
    id: 4,
    unit: 'milli-units',
    capacityUnit: 'milli-units',
    capacityFee: 1_000_000,
    cellCapacity: 10,
    unitsForCap: 3_600,
    shown: { what: 'readings', unit: 'hours measured', scores: 3_600n, decimals: 2 },
  },
  /** A connection to the grid, with its registers of import and export. The market is cleared from what it reports. */
  meter: {
    id: 5,
    unit: 'Wh',
    capacityUnit: 'W',
    capacityFee: 100,
    shown: { what: 'metered energy', unit: 'kWh', scores: 1_000n, decimals: 1 },
  },
} as const satisfies Record<string, KindFacts>;

/** The name of a kind in configurations, policies and on command lines. */
export type KindName = keyof typeof KINDS;

/** In the order of their ids. */
export const KIND_NAMES = Object.keys(KINDS) as KindName[];

/** The name of a kind that earns. */
export type EarningKind = {
  [N in KindName]: (typeof KINDS)[N] extends { cellCapacity: number } ? N : never;
}[KindName];

/** Whether devices of a kind earn by themselves. */
export const earns = (name: KindName): name is EarningKind => 'cellCapacity' in KINDS[name];

/** In the order of their ids. */
export const EARNING_KINDS = KIND_NAMES.filter(earns);

/** A value for each kind. */
export const byKind = <T>(make: (name: KindName) => T): Record<KindName, T> =>
  Object.fromEntries(KIND_NAMES.map((name) => [name, make(name)])) as Record<KindName, T>;

/** The byte of each kind, by name. */
export const Kind = byKind((name) => KINDS[name].id) as { readonly [N in KindName]: (typeof KINDS)[N]['id'] };

/** The name of a kind; undefined for a byte that is none. */
export const kindNameOf = (id: number): KindName | undefined =>
  KIND_NAMES.find((name) => KINDS[name].id === id);

/** Kinds from 1 to this fit the slots on chain. */
export const MAX_KIND = 7;
