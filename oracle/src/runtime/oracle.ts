import type { Signer } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import type { Chain } from '../chain/chain';
import type { ChainWatch } from '../chain/watch';
import type { NetworkIdentity, Policy } from '../domain/index';
import { Ingest } from '../ingest/ingest';
import { BatchLog } from '../log/batch-log';
import { Peers } from '../log/peers';
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
  /** The most milliseconds that a peer's answer may take; 10 seconds if absent. */
  readonly peerMs?: number;
  readonly events: OracleEmitter;
  /** The real clock, milliseconds. */
  readonly now: () => number;
}

/**
 * An oracle: its parts and the services built on them. The tasks and the HTTP functions take this as their argument.
 */
export interface Oracle extends OracleParts {
  /** This oracle's key, base58. */
  readonly address: string;
  readonly log: BatchLog;
  readonly registry: RegistryReader;
  readonly peers: Peers;
  readonly ingest: Ingest;
  readonly vitals: Vitals;
}

/** Creates an oracle from its parts without reading or writing anything. */
export function createOracle(parts: OracleParts): Oracle {
  const address = new PublicKey(parts.signer.publicKey).toBase58();
  const { store, signer, now, chain, identity, peerUrls, peerMs } = parts;
  const built = {
    ...parts,
    address,
    log: new BatchLog({ store, signer, now, oracle: address, network: identity.network }),
    registry: new RegistryReader(store, chain),
    peers: new Peers(peerUrls, peerMs),
  };
  return { ...built, ingest: new Ingest(built), vitals: new Vitals(built) };
}

/** Returns the committee member that leads an attempt at an epoch. */
export const leaderOf = (keys: readonly string[], epoch: number, attempt: number): string =>
  keys[(epoch + attempt) % keys.length]!;
