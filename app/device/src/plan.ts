import { ed25519KeyPair } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import { deviceCell } from './cell';
import { derive, draw } from './random';
import { GOLDEN, type Replay } from './solar';

/** The behaviours of simulated devices. All but the first try to earn without measuring honestly. */
export const behaviours = ['honest', 'forged-signature', 'replay', 'night-sun', 'two-readings'] as const;
/** One of {@link behaviours}. */
export type Behaviour = (typeof behaviours)[number];

/** A simulated device before it is registered. */
export interface DevicePlan extends Replay {
  /** Position in the fleet. Devices must be registered in this order. */
  number: number;
  /** A name such as `array-07` or `night-sun`. */
  name: string;
  behaviour: Behaviour;
  /** Ed25519 seed of the device key, 32 bytes. */
  seed: Uint8Array;
  /** 32 bytes */
  publicKey: Uint8Array;
  /** 0 .. owners - 1 for honest devices; all hostile ones belong to one further owner. */
  owner: number;
  kind: number;
  /** 1e-7 degree */
  latitude: number;
  /** 1e-7 degree */
  longitude: number;
  h3Cell: bigint;
  /** For the replaying device: an honest device with the same readings. Both earn the same if replays earn nothing. */
  twin?: number;
}

/** The size of a fleet. */
export interface FleetSize {
  /** Any text. The same text gives the same fleet. */
  seed: string;
  /** Default 24. */
  honest?: number;
  /** Number of owners of the honest devices, default 4. */
  owners?: number;
  /** Whether to include the four hostile devices, default true. */
  hostile?: boolean;
}

/** Plans a fleet near Golden, Colorado. Devices are in order of `number`, honest ones first. */
export function planFleet({ seed, honest = 24, owners = 4, hostile = true }: FleetSize): DevicePlan[] {
  const plans = Array.from({ length: honest }, (_, number) =>
    planDevice(seed, number, { name: `array-${`${number + 1}`.padStart(2, '0')}`, owner: number % owners }),
  );
  if (!hostile) return plans;
  for (const behaviour of behaviours.slice(1)) {
    const plan = planDevice(seed, plans.length, { name: behaviour, owner: owners });
    plan.behaviour = behaviour;
    const twin = plans[0];
    if (behaviour === 'replay' && twin) {
      const { firstDay, tracker, capacityWatts, latitude, longitude, h3Cell } = twin;
      Object.assign(plan, {
        firstDay,
        tracker,
        capacityWatts,
        latitude,
        longitude,
        h3Cell,
        twin: twin.number,
      });
    }
    plans.push(plan);
  }
  return plans;
}

/** Returns the Ed25519 seed (32 bytes) of a simulated owner's wallet, for development chains only. */
export function ownerSeed(seed: string, owner: number): Uint8Array {
  return derive(seed, 'owner', owner);
}

function planDevice(
  seed: string,
  number: number,
  { name, owner }: { name: string; owner: number },
): DevicePlan {
  const key = derive(seed, 'device', number);
  // Up to 0.02 degrees, about 2 km, from where the data was measured: the sun differs by a few seconds.
  const latitude = GOLDEN.latitude + draw(seed, 'latitude', number, -200_000, 200_000);
  const longitude = GOLDEN.longitude + draw(seed, 'longitude', number, -200_000, 200_000);
  return {
    number,
    name,
    behaviour: 'honest',
    seed: key,
    publicKey: ed25519KeyPair(key).publicKey,
    owner,
    kind: Kind.energy,
    latitude,
    longitude,
    h3Cell: deviceCell(latitude, longitude),
    firstDay: draw(seed, 'day', number, 0, 14),
    // Every eighth follows the sun.
    tracker: number % 8 === 5,
    capacityWatts: 500 * draw(seed, 'capacity', number, 6, 24),
  };
}
