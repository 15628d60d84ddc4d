import type { Signer } from '@commonwire/sdk/core';
import type {
  Challenge,
  Demand,
  EpochMessage,
  LedgerEntry,
  Ledgers,
  LedgerTree,
  ProvenLeaf,
  RegistryChange,
  RegistryFacts,
} from '@commonwire/sdk/network';
import type { MarketAccounts } from '../domain/index';
import type { Trader } from './markets';

/** A cut as stored in the network account. */
export interface ChainCut {
  readonly epoch: number;
  readonly deviceCount: number;
  /** 32 bytes. */
  readonly registryHash: Uint8Array;
  /** The chain's unix time, seconds. */
  readonly time: number;
}

/** A ledger on chain. Hashes are 32 bytes. */
export interface ChainLedger {
  /** 0 if nothing has been promoted yet. */
  readonly epoch: number;
  readonly ledgerRoot: Uint8Array;
  readonly earnedTotal: bigint;
  readonly deviceCount: number;
  readonly registryHash: Uint8Array;
  readonly datasetHash: Uint8Array;
  readonly usageRoot: Uint8Array;
}

/** The contents of the network account that an oracle needs. Addresses are base58. */
export interface ChainNetwork {
  readonly address: string;
  readonly program: string;
  /** Slot of the network's creation. */
  readonly birth: bigint;
  /** Genesis hash of its cluster, as its creator gave it. */
  readonly genesisHash: Uint8Array;
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
  /** Returns the cut of an epoch that isn't promoted yet, or undefined. */
  cutOf(epoch: number): ChainCut | undefined;
  /** The pending epoch: posted, neither promoted nor void. `postedAt` is the chain's unix time. */
  readonly pending:
    | (ChainLedger & {
        readonly attempt: number;
        readonly postedAt: number;
        /** Leaves that were demanded and not shown yet. */
        readonly openDemands: number;
        /** Slot in which a demanded leaf was last shown; 0n: none was. */
        readonly shownSlot: bigint;
        /** Whether a leaf can still be demanded at this chain time. */
        demandable(now: number): boolean;
      })
    | undefined;
  /** Whether the network is paused at this chain time: nothing is approved, posted or promoted, and no demand lapses. */
  paused(now: number): boolean;
  /** Whether the pending epoch can be promoted at this chain time. */
  promotable(now: number): boolean;
  readonly current: ChainLedger;
  /** The lowest attempt that the chain still accepts for the next epoch. */
  readonly attempt: number;
  /** The most that the next epoch may add to the earned total, and to one device's earned amount; base units. */
  readonly nextLimits: { readonly epoch: bigint; readonly device: bigint };
  readonly totalPaid: bigint;
}

/** The registry's account. */
export interface RegistryState {
  /** Running hash over every change, 32 bytes. */
  readonly hash: Uint8Array;
  readonly deviceCount: number;
  /** The slot as of which this is so: all of its transactions have taken effect. */
  readonly slot: number;
}

/** Where to begin to read: behind this transaction and behind this slot, whichever is later; at the beginning without both. */
export interface RegistryStart {
  readonly signature?: string | undefined;
  readonly slot?: number | undefined;
}

/** A confirmed transaction. */
export interface Sent {
  readonly signature: string;
  readonly computeUnits: number;
}

/** What the members of the committee say to an epoch's message. Keys have 32 bytes; each member counts once. */
export interface Backing {
  readonly signatures: readonly { readonly publicKey: Uint8Array; readonly signature: Uint8Array }[];
  /** Members who approved the message on chain. */
  readonly approvals: readonly Uint8Array[];
}

/** The current ledger, for paying what is due. */
export interface Payable {
  readonly tree: LedgerTree;
  readonly entries: readonly LedgerEntry[];
  /** Maximum number of transactions to send. */
  readonly most: number;
}

/** A transaction that settled a run of devices. */
export interface Settled extends Sent {
  readonly first: number;
  /** Number of devices that were paid. */
  readonly devices: number;
  /** Base units. */
  readonly amount: bigint;
}

/** The outcome of a challenge. `faulty`: a challenge is possible, but there is no key to pay for it. */
type ChallengeOutcome = Challenge['outcome'] | 'faulty';

/** An oracle's interface to the chain. Every method throws CommonwireError. */
export interface Chain {
  /** Whether there is a key to pay fees. Without one an oracle judges and signs but leaves sending to others. */
  readonly canSend: boolean;
  /**
   * The network account: `final` as nothing will change it any more at the oracle's commitment, which is what logs and
   * signatures build on; `latest` as confirmed now, which is what decides whether a transaction is still wanted;
   * `tentative` as the node has it, though a fork may undo it: which is by what it refuses transactions.
   */
  readNetwork(view: 'final' | 'latest' | 'tentative'): Promise<ChainNetwork>;
  /** The chain's unix time, seconds. */
  time(): Promise<number>;
  /** Returns the registry as it is on chain at the oracle's commitment. */
  registryState(): Promise<RegistryState>;
  /** Returns successful transactions that name the registry, oldest first, at the oracle's commitment. */
  registrySignatures(start: RegistryStart): Promise<string[]>;
  /** Returns a transaction's changes of the registry; undefined until the node has it at the oracle's commitment. */
  registryChanges(signature: string): Promise<RegistryChange[] | undefined>;
  /** Reads the accounts of these markets for the close of an epoch. */
  readMarkets(addresses: readonly string[], epoch: number): Promise<MarketAccounts[]>;
  /** Reads an offer or order of energy as it is now; undefined if there is none at this address. */
  readTrader(address: string): Promise<Trader | undefined>;
  cut(): Promise<Sent>;
  /** Posts the epoch. @param opening the preimage of its ledger's root */
  post(message: EpochMessage, backing: Backing, opening: Uint8Array): Promise<Sent>;
  /** Whether the cluster can't verify signatures in programs, so that oracles approve by transactions. */
  needsApprovals(): Promise<boolean>;
  /** Which of these keys, 32 bytes each, have approved the message on chain. */
  approvedBy(message: EpochMessage, keys: readonly Uint8Array[]): Promise<Uint8Array[]>;
  /** Approves the message on chain by a transaction that this oracle's key signs. */
  approve(message: EpochMessage, signer: Signer): Promise<Sent>;
  /** Closes an approval by this key that is no evidence any more; its rent goes back to who paid it. Undefined: none is there. */
  closeApproval(message: EpochMessage, key: Uint8Array): Promise<Sent | undefined>;
  /** Lists the open demands for leaves of the pending epoch. */
  openDemands(): Promise<Demand[]>;
  /** Whether the time to show a demanded leaf is over at this chain time. */
  isUnanswered(demand: Demand, now: number): Promise<boolean>;
  /** Demands a leaf of the pending epoch. */
  demand(index: number): Promise<Sent>;
  /** Shows a leaf that was demanded, and receives the bond. */
  answer(demand: Demand, leaf: ProvenLeaf): Promise<Sent>;
  /** Ends a demand that nobody answered, which makes the pending epoch void. */
  closeDemand(demand: Demand): Promise<Sent>;
  /** Closes a demand for a leaf of an epoch that isn't pending, for its bond. Undefined: there is no such demand. */
  withdrawDemand(of: { epoch: number; attempt: number; index: number }): Promise<Sent | undefined>;
  promote(): Promise<Sent>;
  /**
   * Compares the pending ledger with the current one and challenges the pending epoch if a device proves it wrong.
   * Without a key to pay fees it only returns the outcome `faulty`.
   */
  challenge(
    ledgers: Ledgers,
    registry: RegistryFacts,
  ): Promise<Pick<Challenge, 'fault'> & { readonly outcome: ChallengeOutcome }>;
  /**
   * Challenges by a leaf that was shown on demand, if one proves the pending epoch wrong: `current` is the current ledger.
   * Needs no dataset of the pending epoch.
   */
  challengeShown(
    current: readonly LedgerEntry[],
    registry: RegistryFacts,
  ): Promise<Pick<Challenge, 'fault'> & { readonly outcome: ChallengeOutcome }>;
  /** Returns what each device of these pages has been paid since the start; nothing for a page that isn't open. */
  paidInPages(pages: readonly number[]): Promise<ArrayLike<bigint>[]>;
  /**
   * Settles what is due, opening missing pages and owners' token accounts, and calls `onSettled` for each settlement.
   * Owners who can't be paid, such as those who transferred their token account, don't stop the others.
   */
  pay(payable: Payable, onSettled: (settled: Settled) => void): Promise<void>;
}
