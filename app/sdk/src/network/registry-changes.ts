import type { PublicKey, VersionedTransactionResponse } from '@solana/web3.js';
import { equal, fromHex } from '../core/bytes';
import { DEVICE_KEY_BYTES, KeyType } from '../core/device-key';
import { Reader } from '../core/reader';
import { type FlatInstruction, flattenInstructions, RegistryReplayError } from './flat-instructions';
import {
  nextRegistryHash,
  type RegisteredDevice,
  type Retirement,
  registeredChange,
  retiredChange,
  type Transfer,
  transferredChange,
} from './merkle/registry';
import { coder, PROGRAM_ID } from './program';

/** A change of a registry: devices that were added to it, or the owner of one. */
export type RegistryEntry =
  | {
      kind: 'registered';
      /** In index order, without gaps. */
      devices: readonly RegisteredDevice[];
    }
  | { kind: 'transferred'; change: Transfer }
  | { kind: 'retired'; change: Retirement };

/** A change of a registry by one instruction, and the resulting state as the program reported it. */
export type RegistryChange = RegistryEntry & {
  /** The registry's running hash after the change. */
  registryHash: Uint8Array;
};

/** First eight bytes of the program's call to itself that carries an event. */
const EVENT_TAG = fromHex('e445a52e51cb9a1d');

/** Bytes of a registration beside its devices: discriminator, kind, key type, greatest fee and length. */
const REGISTER_BYTES = 1 + 1 + 1 + 8 + 4;

/** Where in these instructions' accounts the network stands. */
const NETWORK_ACCOUNT = 2;

/**
 * What a transaction changed in the registry of `network`, in order of execution, from instruction data alone: logs
 * can be cut short by whoever calls, instructions can't. Inner instructions count too. Empty for a failed transaction.
 * @throws RegistryReplayError if the response lacks inner instructions
 */
export function readRegistryChanges(
  response: VersionedTransactionResponse,
  network: PublicKey,
): RegistryChange[] {
  if (!response.meta || response.meta.err) return [];
  const changes: RegistryChange[] = [];
  const instructions = flattenInstructions(response).filter(({ program }) => program.equals(PROGRAM_ID));
  instructions.forEach((instruction, position) => {
    const decoded = coder.instruction.decode(instruction.data);
    if (!decoded || !instruction.accounts[NETWORK_ACCOUNT]?.equals(network)) return;
    const next = instructions[position + 1];
    if (decoded.name === 'registerDevices') changes.push(registered(instruction, decoded.data, next));
    if (decoded.name === 'transferDevice' || decoded.name === 'retireDevice')
      changes.push(ownerChanged(next));
  });
  return changes;
}

/**
 * The running hash after `change`, checked against what the chain said.
 * @throws RegistryReplayError `hash-mismatch` where a change before it was missed
 */
export function applyChange(previous: Uint8Array, change: RegistryChange): Uint8Array {
  const next = registryHashAfter(previous, change);
  if (!equal(next, change.registryHash)) {
    const index = change.kind === 'registered' ? change.devices[0]?.index : change.change.index;
    throw new RegistryReplayError(
      'hash-mismatch',
      `the registry's changes before that of device ${index} are incomplete`,
    );
  }
  return next;
}

/** The running hash after a change: that of each device, where it registers several. */
export const registryHashAfter = (previous: Uint8Array, entry: RegistryEntry): Uint8Array =>
  changeBytes(entry).reduce(nextRegistryHash, previous);

function changeBytes(change: RegistryEntry): Uint8Array[] {
  switch (change.kind) {
    case 'registered':
      return change.devices.map(registeredChange);
    case 'transferred':
      return [transferredChange(change.change)];
    case 'retired':
      return [retiredChange(change.change)];
  }
}

function registered(
  instruction: FlatInstruction,
  args: object,
  next: FlatInstruction | undefined,
): RegistryChange {
  const { kind, keyType, devices } = args as { kind: number; keyType: number; devices: Buffer };
  if (instruction.data.length !== REGISTER_BYTES + devices.length)
    throw new RegistryReplayError('trailing-bytes', 'a registration has bytes after its devices');
  const event = eventOf<{ first: number; registryHash: number[] }>('devicesRegistered', next);
  const owner = instruction.accounts[0]!.toBytes();
  return {
    kind: 'registered',
    devices: readDevices(devices, keyType).map((device, offset) => ({
      ...device,
      index: event.first + offset,
      keyType,
      owner,
      kind,
    })),
    registryHash: Uint8Array.from(event.registryHash),
  };
}

function ownerChanged(next: FlatInstruction | undefined): RegistryChange {
  const event = eventOf<{
    index: number;
    owner: PublicKey;
    effectiveEpoch: { toString(): string };
    retired: boolean;
    registryHash: number[];
  }>('deviceChanged', next);
  const registryHash = Uint8Array.from(event.registryHash);
  const change = { index: event.index, effectiveEpoch: BigInt(event.effectiveEpoch.toString()) };
  return event.retired
    ? { kind: 'retired', change, registryHash }
    : { kind: 'transferred', change: { ...change, owner: event.owner.toBytes() }, registryHash };
}

function readDevices(data: Uint8Array, keyType: number) {
  const reader = new Reader(data);
  const devices = [];
  while (reader.remaining > 0) {
    const key = new Uint8Array(DEVICE_KEY_BYTES);
    key.set(reader.bytes(keyType === KeyType.p256 ? 33 : 32));
    devices.push({ deviceKey: key, h3Cell: reader.u64(), capacity: reader.u32() });
  }
  return devices;
}

/** The event that the instruction before `next` emitted by calling its own program. */
function eventOf<E>(name: string, next: FlatInstruction | undefined): E {
  const carries = next !== undefined && equal(next.data.subarray(0, EVENT_TAG.length), EVENT_TAG);
  const event = carries ? coder.events.decode(next.data.subarray(EVENT_TAG.length).toString('base64')) : null;
  if (event?.name !== name) {
    throw new RegistryReplayError(
      'event-missing',
      `a change of the registry is not followed by its ${name} event`,
    );
  }
  return event.data as E;
}
