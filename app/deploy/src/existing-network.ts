import { AccountError, equal } from '@commonwire/sdk/core';
import { fetchNetwork, type NetworkAccount } from '@commonwire/sdk/network';
import { type Connection, PublicKey } from '@solana/web3.js';
import { CreateNetworkError } from './create-network-error';
import type { NetworkConfig } from './network-config';
import type { TokenConfig } from './token-config';

/** Fetches the network at an address; null if there is none yet. */
export async function existing(connection: Connection, address: PublicKey): Promise<NetworkAccount | null> {
  try {
    return await fetchNetwork(connection, address, 'confirmed');
  } catch (error) {
    // If somebody sent lamports to the address, it is an account of the system program, not a network.
    if (error instanceof AccountError && error.code !== 'account-malformed') return null;
    throw error;
  }
}

/** Checks that an existing network matches the configuration. If not, the id or the configuration is wrong. */
export function requireSame(account: NetworkAccount, config: NetworkConfig, authority: PublicKey): void {
  const { emission, policy, token } = config;
  const guardian = config.guardian ?? PublicKey.default;
  const pairs: [string, unknown, unknown][] = [
    ['emission.kind', account.funded ? 'funded' : 'minted', token.kind],
    ...tokenPairs(account, token),
    ['emission.max_supply', account.emission.maxSupply, emission.maxSupply],
    ['emission.epoch_cap', account.emission.epochCap, emission.epochCap],
    ['emission.halving_epochs', account.emission.halvingEpochs, emission.halvingEpochs],
    ['policy.device_epoch_cap', account.policy.deviceEpochCap, policy.deviceEpochCap],
    ['policy.epoch_seconds', account.policy.epochSeconds, policy.epochSeconds],
    ['policy.challenge_seconds', account.policy.challengeSeconds, policy.challengeSeconds],
    ['policy.max_capacity', account.policy.maxCapacity.join(), policy.maxCapacity.join()],
    ['policy.capacity_fee', account.policy.capacityFee.join(), policy.capacityFee.join()],
    ['policy.device_fee', account.policy.deviceFee, policy.deviceFee],
    ['policy.payout_limit', account.policy.payoutLimit, policy.payoutLimit],
    ['policy.payout_window_seconds', account.policy.payoutWindowSeconds, policy.payoutWindowSeconds],
    ['policy.oracle_bond', account.policy.oracleBond, policy.oracleBond],
    ['policy.bond_lock_seconds', account.policy.bondLockSeconds, policy.bondLockSeconds],
    ['authority', account.authority.toBase58(), authority.toBase58()],
    ['guardian', account.guardian.toBase58(), guardian.toBase58()],
  ];
  const different = pairs.find(([, there, wanted]) => there !== wanted);
  if (!different) return;
  const [field, there, wanted] = different;
  throw new CreateNetworkError(
    'network-differs',
    `${field}: network ${account.address} exists with ${there}, not ${wanted}; use another id, or the configuration with which it was created`,
  );
}

const tokenPairs = (account: NetworkAccount, token: TokenConfig): [string, unknown, unknown][] =>
  token.kind === 'funded'
    ? [['token.mint', account.mint.toBase58(), token.mint.toBase58()]]
    : [
        ['token.program', account.tokenProgram.toBase58(), token.program.toBase58()],
        ['token.decimals', account.decimals, token.decimals],
      ];

/** Returns whether the committee is set. @throws CreateNetworkError `committee-differs` if it isn't the configured one */
export function hasCommittee(
  { address, committee }: NetworkAccount,
  { committee: wanted }: NetworkConfig,
): boolean {
  if (committee.version === 0) return false;
  const same =
    committee.threshold === wanted.threshold &&
    committee.keys.length === wanted.keys.length &&
    committee.keys.every((key, i) => equal(key, wanted.keys[i]!.toBytes()));
  if (same) return true;
  throw new CreateNetworkError(
    'committee-differs',
    `committee: network ${address} already has another one (version ${committee.version}); its authority can change it with set_committee`,
  );
}
