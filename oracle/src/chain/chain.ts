import type {
  Challenge,
  EpochMessage,
  LedgerEntry,
  Ledgers,
  LedgerTree,
  RegistryChange,
} from '@commonwire/sdk/network';

/** A cut as the network account holds it. */
export interface ChainCut {
  readonly epoch: number;
  readonly deviceCount: number;
  /** 32 bytes. */
  readonly registryHash: Uint8Array;
  /** The chain's unix time, seconds. */
  readonly time: number;
}

/** A ledger on chain. Hashes have 32 bytes. */
export interface ChainLedger {
  /** 0 while nothing was promoted. */
  readonly epoch: number;
  readonly ledgerRoot: Uint8Array;
  readonly earnedTotal: bigint;
  readonly deviceCount: number;
  readonly registryHash: Uint8Array;
  readonly datasetHash: Uint8Array;
}

/** What an oracle needs to know of the network account. Addresses are base58. */
export interface ChainNetwork {
  readonly address: string;
  readonly program: string;
  /** Slot of the network's creation. */
  readonly birth: bigint;
  readonly mint: string;
  readonly decimals: number;
  readonly authority: string;
  readonly committee: {
    readonly version: number;
    readonly threshold: number;
    readonly keys: readonly string[];
  };
  readonly epochSeconds: number;
  /** The latest cut; epoch 0 before the first. */
  readonly latestCut: ChainCut;
  /** The cut of an epoch that isn't promoted yet, or undefined. */
  cutOf(epoch: number): ChainCut | undefined;
  /** Posted, neither promoted nor void. `postedAt` is the chain's unix time. */
  readonly pending: (ChainLedger & { readonly attempt: number; readonly postedAt: number }) | undefined;
  /** Whether the pending epoch can be promoted at this chain time. */
  promotable(now: number): boolean;
  readonly current: ChainLedger;
  /** The least attempt the chain still takes for the next epoch. */
  readonly attempt: number;
  /** Most that the next epoch may add to what all devices have earned, and to what one has; base units. */
  readonly nextLimits: { readonly epoch: bigint; readonly device: bigint };
  readonly totalPaid: bigint;
}

/** A confirmed transaction. */
export interface Sent {
  readonly signature: string;
  readonly computeUnits: number;
}

/** The current ledger, whose devices are to be paid what is due. */
export interface Payable {
  readonly tree: LedgerTree;
  readonly entries: readonly LedgerEntry[];
  /** Most transactions that pay. */
  readonly most: number;
}

/** A payment of neighbours by one transaction. */
export interface Settled extends Sent {
  readonly first: number;
  /** Devices that got something. */
  readonly devices: number;
  /** Base units. */
  readonly amount: bigint;
}

/** What a challenge came to; `faulty`: it could be made, but there is no key that pays for it. */
type ChallengeOutcome = Challenge['outcome'] | 'faulty';

/** The chain as an oracle uses it. Every method throws CommonwireError. */
export interface Chain {
  /** Whether there is a key that pays fees. Without it an oracle judges and signs, and leaves sending to others. */
  readonly canSend: boolean;
  /**
   * The network account: `final` as nothing will change it any more at the oracle's commitment, which is what logs and
   * signatures build on; `latest` as confirmed now, which is what decides whether a transaction is still wanted;
   * `tentative` as the node has it, though a fork may undo it: which is by what it refuses transactions.
   */
  readNetwork(view: 'final' | 'latest' | 'tentative'): Promise<ChainNetwork>;
  /** The chain's unix time, seconds. */
  time(): Promise<number>;
  /** Successful transactions that touched the registry after `after`, oldest first, at the oracle's commitment. */
  registrySignatures(after: string | undefined): Promise<string[]>;
  /** What one transaction changed in the registry; undefined while the node doesn't have it at the oracle's commitment. */
  registryChanges(signature: string): Promise<RegistryChange[] | undefined>;
  cut(): Promise<Sent>;
  /** Posts the epoch with signatures by distinct committee keys (32 bytes each). */
  post(
    message: EpochMessage,
    signatures: readonly { publicKey: Uint8Array; signature: Uint8Array }[],
  ): Promise<Sent>;
  promote(): Promise<Sent>;
  /**
   * Holds the pending ledger against the current one and makes the pending epoch void if a device proves it wrong; only
   * says so where there is no key that pays fees.
   */
  challenge(ledgers: Ledgers): Promise<Pick<Challenge, 'fault'> & { readonly outcome: ChallengeOutcome }>;
  /** What each of the devices `0 .. count` has been paid since the start; 0 where its page isn't open. */
  paid(count: number): Promise<bigint[]>;
  /**
   * Pays what is due, opening pages and the owners' token accounts that are missing; `told` hears of each settlement.
   * Owners who can't be paid, such as those who gave their account away, don't stop the others.
   */
  pay(payable: Payable, told: (settled: Settled) => void): Promise<void>;
}
