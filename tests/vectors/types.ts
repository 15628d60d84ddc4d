/** A key with a signature, hex. */
export interface Signed {
  public_key: string;
  signature: string;
}

/** A stream's fields, decimal. */
type StreamFields = Record<
  'window_seconds' | 'window' | 'current' | 'released' | 'next' | 'remainder' | 'per_unit',
  string
>;

/** Totals of an order, decimal. */
type UseFields = Record<'units' | 'cost', string>;

/** How a reservation ends, decimal. */
type EndingFields = Record<'pays' | 'minutes' | 'free_from', string>;

/** The code with which a rule refuses. */
interface Refused {
  error: string;
}

/** `tests/vectors.json`: bytes as lower-case hex, integers that may exceed 2^53 as decimal strings. */
export interface Vectors {
  ledger: {
    leaves: { index: number; owner: string; earned: string; leaf: string }[];
    trees: {
      device_count: number;
      depth: number;
      root: string;
      runs: { first: number; count: number; proof: string[] }[];
    }[];
    bad_runs: {
      name: string;
      root: string;
      device_count: number;
      first: number;
      leaves: string[];
      proof: string[];
    }[];
  };
  registry: {
    devices: { index: number; change: string; leaf: string }[];
    states: { count: number; registry_hash: string; root: string }[];
    owner_changes: {
      kind: string;
      index: number;
      /** None for a retirement. */
      owner?: string;
      effective_epoch: string;
      change: string;
      registry_hash: string;
    }[];
    proofs: {
      name: string;
      /** Devices in the registry, and its frontier without the zeros at the top. */
      count: number;
      frontier: string[];
      device: {
        index: number;
        key_type: number;
        device_key: string;
        owner: string;
        kind: number;
        h3_cell: string;
        capacity: number;
      };
      leaf: string;
      path: string[];
      valid: boolean;
    }[];
  };
  epoch_messages: {
    program: string;
    genesis_hash: string;
    network: string;
    birth: string;
    committee_version: number;
    epoch: string;
    attempt: number;
    ledger_root: string;
    earned_total: string;
    device_count: number;
    registry_hash: string;
    usage_root: string;
    dataset_hash: string;
    bytes: string;
  }[];
  reports: {
    network: string;
    index: number;
    owner: string;
    sequence: string;
    start: number;
    seconds: number;
    kind: number;
    value: string;
    latitude: number;
    longitude: number;
    extra: string;
    bytes: string;
    hash: string;
    ed25519: Signed;
    p256: Signed;
  }[];
  signatures: (Signed & { name: string; key_type: number; message: string; valid: boolean })[];
  settle_data: {
    good: { bytes: string; first: number; width: number; segments: { kind: string }[]; proof: string[] }[];
    bad: { name: string; bytes: string; code: string }[];
  };
  streams: {
    name: string;
    start: StreamFields;
    income: { counted: string; accrued: string };
    /** `after`: the stream once it was advanced to `now` and took in `deposit`. `claimable`: by one unit of stake. */
    steps: { now: string; staked: string; deposit: string; after: StreamFields; claimable: string }[];
  }[];
  vouchers: {
    messages: (Signed & {
      program: string;
      order: string;
      birth: string;
      units: string;
      cost: string;
      bytes: string;
    })[];
    steps: {
      settled: UseFields;
      voucher: UseFields;
      terms: Record<'budget' | 'greatest_price' | 'least_price', string>;
      result: { pays: string } | Refused;
    }[];
  };
  parking: {
    /** The quarter-hour from which the empty calendar is held. */
    start: string;
    /** `from`, `taken`: the calendar after the step. */
    calendar_steps: {
      operation: 'advance' | 'take' | 'free';
      first: string;
      count: string;
      result: object | Refused;
      from: string;
      taken: string;
    }[];
    endings: {
      first: string;
      quarters: string;
      quarter_price: string;
      fee_bps: string;
      now: string;
      absent: EndingFields;
      leave: EndingFields;
      check_in: object | Refused;
    }[];
  };
  rides: {
    dues: { fare: string; agreed: string; metres: string; due: string | null }[];
    pickups: { pickup_at: string; now: string; late: boolean }[];
  };
  usage: {
    leaves: {
      index: number;
      side: string;
      account: string;
      birth: string;
      counterparty: string;
      units: string;
      amount: string;
      leaf: string;
    }[];
    trees: {
      count: number;
      root: string;
      /** The nodes of each leaf's proof, in the tree's order. */
      proofs: { nodes: string[] }[];
      /** Proofs that `account <absent>` has no leaf: `width` leaves from `index` on, and the nodes. */
      absences: { absent: number; index: number; width: number; nodes: string[] }[];
    }[];
  };
}
