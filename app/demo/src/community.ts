import { createFirstNetwork, type FirstNetwork, parseNetworkConfig } from '@commonwire/deploy';
import { type DevicePlan, ownerSeed, planFleet, type Reading } from '@commonwire/device';
import { sendAndConfirm } from '@commonwire/sdk/core';
import { NO_LIMIT, registerDevices } from '@commonwire/sdk/network';
import { type Connection, Keypair, type PublicKey } from '@solana/web3.js';
import { airdrop } from './chain';
import type { NetworkTime } from './network-time';

/** The seed of all simulated keys, so that the community is always the same. Only for development chains. */
const SEED = 'commonwire demo';

/** Devices that fit in one registration. */
const BATCH = 20;

/** Base units that an epoch and one device may earn; the token has 6 decimals. */
export const EPOCH_BUDGET = 1_000_000_000n;
export const DEVICE_EPOCH_CAP = 200_000_000n;

/** A device with its index in the registry. */
export interface CommunityDevice {
  plan: DevicePlan;
  index: number;
  owner: PublicKey;
  /** What it measures; default: the measured days of its plan. */
  readings?: Iterable<Reading>;
}

/** A network, its device owners and its devices. */
export interface Community {
  network: FirstNetwork;
  owners: Keypair[];
  devices: CommunityDevice[];
}

/** How many arrays the farm has that many own. */
const FARM_ARRAYS = 4;

/** A device of the farm, which owns it from its registration on. */
export type FarmDevice = Pick<CommunityDevice, 'plan' | 'index'>;

/** The farm's devices, at the indices from `first` on. */
export const farmDevices = (first: number): FarmDevice[] =>
  planFleet({ seed: `${SEED} farm`, honest: FARM_ARRAYS, owners: 1, hostile: false }).map((plan, at) => ({
    plan: { ...plan, number: first + at, name: `farm-${at + 1}` },
    index: first + at,
  }));

/** Creates a network with these oracles as committee, two of which must sign, and registers the whole fleet. */
export async function foundCommunity(
  connection: Connection,
  founder: Keypair,
  { oracles, time }: { oracles: readonly Keypair[]; time: NetworkTime },
): Promise<Community> {
  const { epochSeconds, pace } = time;
  const challengeSeconds = Math.max(1, Math.floor(epochSeconds / 4));
  const config = parseNetworkConfig({
    token: { decimals: 6 },
    emission: { max_supply: '1000000000000000', epoch_cap: `${EPOCH_BUDGET}`, halving_epochs: '0' },
    policy: {
      device_epoch_cap: `${DEVICE_EPOCH_CAP}`,
      epoch_seconds: epochSeconds,
      challenge_seconds: challengeSeconds,
      challenge_slots: Math.max(1, Math.floor(challengeSeconds / pace)),
      max_capacity: { energy: 1_000_000, meter: 100_000, bandwidth: 1_000_000 },
    },
    // Whoever tries the commands on this network doesn't have to wait for their effect.
    floors: { change_delay_seconds: 0 },
    committee: { threshold: 2, keys: oracles.map((oracle) => oracle.publicKey.toBase58()) },
  });
  const network = await createFirstNetwork({ connection, payer: founder, config });
  const plans = planFleet({ seed: SEED });
  const owners = [...new Set(plans.map(({ owner }) => owner))].map((owner) =>
    Keypair.fromSeed(ownerSeed(SEED, owner)),
  );
  // Neighbouring devices of one owner are paid with one transfer, so each owner's devices are registered together.
  const devices = [...plans]
    .sort((a, b) => a.owner - b.owner || a.number - b.number)
    .map((plan, index) => ({ plan, index, owner: owners[plan.owner]!.publicKey }));
  for (const [number, owner] of owners.entries()) {
    await airdrop(connection, owner, 1);
    await register(
      connection,
      network.network,
      owner,
      devices.filter(({ plan }) => plan.owner === number),
    );
  }
  return { network, owners, devices };
}

async function register(
  connection: Connection,
  network: PublicKey,
  owner: Keypair,
  devices: readonly CommunityDevice[],
): Promise<void> {
  for (let at = 0; at < devices.length; at += BATCH) {
    const batch = devices.slice(at, at + BATCH);
    const instruction = registerDevices({
      network,
      owner: owner.publicKey,
      kind: batch[0]!.plan.kind,
      devices: batch.map(({ plan }) => ({
        publicKey: plan.publicKey,
        h3Cell: plan.h3Cell,
        capacity: plan.capacityWatts,
      })),
      maxFee: NO_LIMIT,
    });
    await sendAndConfirm(connection, owner, [instruction]);
  }
}
