import type { PriorityFee } from '@commonwire/sdk/core';
import type { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { CreateNetworkError } from './create-network-error';
import type { NetworkConfig } from './network-config';

export interface FirstNetworkOptions {
  connection: Connection;
  /** Pays for everything and is the creator, whose key and `id` determine the network's address. */
  payer: Keypair;
  /** Signs for the network's authority. If omitted, the payer signs, provided that it is the authority. */
  authority?: Keypair;
  config: NetworkConfig;
  /** Identifies the creator's network; random if omitted. Pass the same id again to continue after an interruption. */
  id?: bigint;
  /** Deposit missing bonds that the policy requires, from the payer. */
  depositBonds?: boolean;
  /** What to pay for each compute unit. Default nothing. */
  price?: PriorityFee | undefined;
  /** Called with the id before anything is sent: the id is needed to continue. */
  onStart?: (network: { id: bigint; address: PublicKey }) => void;
}

/** Returns the authority's address, and its key if given. */
export function authorityOf({ payer, authority, config }: FirstNetworkOptions): {
  address: PublicKey;
  signer: Keypair | undefined;
} {
  const address = config.authority ?? authority?.publicKey ?? payer.publicKey;
  if (authority && !authority.publicKey.equals(address)) {
    throw new CreateNetworkError(
      'authority-mismatch',
      `authority: the given key is ${authority.publicKey}, but the configuration names ${address}`,
    );
  }
  return { address, signer: authority ?? (payer.publicKey.equals(address) ? payer : undefined) };
}
