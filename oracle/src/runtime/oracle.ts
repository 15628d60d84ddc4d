import type { Signer } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import type { Chain } from '../chain/chain';
import { type Freshness, NetworkView } from '../chain/network-view';
import { PaidPages } from '../chain/paid-pages';
import type { ChainWatch } from '../chain/watch';
import type { NetworkIdentity, Policy, PreviousState } from '../domain/index';
import { ClearedEpochs } from '../epoch/cleared';
import { ReportLines } from '../epoch/report-lines';
import type { Elsewhere } from '../epoch/steps/machine';
import { Ingest } from '../ingest/ingest';
import { BatchLog } from '../log/batch-log';
import { Peers } from '../log/peers';
import { OwnerIndex } from '../registry/owners';
import { RegistryReader } from '../registry/reader';
import type { BlobStore } from '../storage/blobs';
import type { Store } from '../storage/store';
import type { Patience } from './config';
import type { OracleEmitter } from './events';
import { Vitals } from './vitals';

/** The parts of an oracle, each of which can be replaced in tests. */
export interface OracleParts {
  readonly identity: NetworkIdentity;
  readonly policy: Policy;
  readonly patience: Patience;
  readonly signer: Signer;
  readonly chain: Chain;
  /** Looks at the chain for this oracle's health; without it, that is unknown. */
  readonly watch?: ChainWatch;
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly peerUrls: readonly string[];
  /** How long answers may be based on what was read of the chain; if absent, it is read for every request. */
  readonly freshness?: Freshness;
  /** The most milliseconds that a peer's answer may take; 10 seconds if absent. */
  readonly peerMs?: number;
  /** The most milliseconds that the task `sync` waits for transactions of the registry. */
  readonly registryMs?: number;
  /** The most milliseconds that a task copies peers' logs; if absent, copying goes on in the background. */
  readonly copyMs?: number;
  readonly events: OracleEmitter;
  /** The clock that agrees with the chain's, milliseconds: the real one, except in a demo. */
  readonly now: () => number;
  /** How fast that clock goes: 1, except in a demo. */
  readonly pace?: number;
  /** 0 if absent. */
  readonly shardThreads?: number;
  /** If absent, every epoch is closed on this machine. */
  readonly elsewhere?: Elsewhere;
}

/**
 * An oracle: its parts and the services built on them. The tasks and the HTTP functions take this as their argument.
 */
export interface Oracle extends OracleParts {
  readonly pace: number;
  /** This oracle's key, base58. */
  readonly address: string;
  readonly log: BatchLog;
  readonly registry: RegistryReader;
  readonly owners: OwnerIndex;
  /** The network for those who only show it. */
  readonly view: NetworkView;
  readonly paid: PaidPages;
  readonly reportLines: ReportLines;
  readonly cleared: ClearedEpochs;
  readonly peers: Peers;
  /** The state of the dataset that this process read last as the current one: the next close starts from it. */
  readonly promoted: {
    state: PreviousState | undefined;
    /** The outcome that was signed last: once it is promoted, it need not be read again. */
    next?: PreviousState;
  };
  /** Threads that compute a close's shards; with none, the thread of the tasks does. */
  readonly shardThreads: number;
  readonly ingest: Ingest;
  readonly vitals: Vitals;
}

/** Creates an oracle from its parts without reading or writing anything. */
export function createOracle(parts: OracleParts): Oracle {
  const address = new PublicKey(parts.signer.publicKey).toBase58();
  const { store, signer, now, chain, blobs, identity, peerUrls, peerMs, freshness } = parts;
  const registry = new RegistryReader(store, chain, parts.registryMs);
  const built = {
    ...parts,
    pace: parts.pace ?? 1,
    shardThreads: parts.shardThreads ?? 0,
    address,
    log: new BatchLog({ store, blobs, signer, now, oracle: address, network: identity.network }),
    registry,
    owners: new OwnerIndex(registry.known),
    view: new NetworkView(chain, freshness),
    paid: new PaidPages(chain, freshness),
    promoted: { state: undefined as PreviousState | undefined },
    reportLines: new ReportLines(blobs),
    cleared: new ClearedEpochs(blobs),
    peers: new Peers(peerUrls, peerMs),
  };
  return { ...built, ingest: new Ingest(built), vitals: new Vitals(built) };
}

/** Returns the committee member that leads an attempt at an epoch. */
export const leaderOf = (keys: readonly string[], epoch: number, attempt: number): string =>
  keys[(epoch + attempt) % keys.length]!;
