import { utils } from '@coral-xyz/anchor';
import type { PublicKey, VersionedTransactionResponse } from '@solana/web3.js';
import { equal } from './bytes';
import { DEVICE_KEY_BYTES, KeyType } from './device-key';
import { CommonwireError } from './errors';
import { nextRegistryHash, type RegisteredDevice, registeredChange } from './merkle/registry';
import { coder, PROGRAM_ID } from './program';
import { Reader } from './reader';

/** A batch of devices that one `register_devices` added. */
export interface RegisteredBatch {
  /** In index order, without gaps. */
  devices: RegisteredDevice[];
  /** The registry's running hash after the batch. */
  registryHash: Uint8Array;
}

/** A transaction from which the registry's changes can't be read: the RPC node left out what they need. */
export class RegistryReplayError extends CommonwireError {
  declare readonly code: 'inner_instructions_missing' | 'event_missing' | 'hash_mismatch';
}

/** First eight bytes of the program's call to itself that carries an event. */
const EVENT_TAG = Buffer.from('e445a52e51cb9a1d', 'hex');

interface FlatInstruction {
  program: PublicKey;
  accounts: PublicKey[];
  data: Buffer;
}

/**
 * The batches that a transaction registered with `network`, in order of execution, from instruction data alone: logs
 * can be cut short by whoever calls, instructions can't. Inner instructions count too. Empty for a failed transaction.
 * @throws RegistryReplayError if the response lacks inner instructions
 */
export function readRegisteredBatches(
  response: VersionedTransactionResponse,
  network: PublicKey,
): RegisteredBatch[] {
  if (!response.meta || response.meta.err) return [];
  const batches: RegisteredBatch[] = [];
  const instructions = flatten(response).filter(({ program }) => program.equals(PROGRAM_ID));
  instructions.forEach((instruction, position) => {
    const decoded = coder.instruction.decode(instruction.data);
    if (decoded?.name !== 'registerDevices' || !instruction.accounts[1]?.equals(network)) return;
    const { kind, keyType, devices } = decoded.data as { kind: number; keyType: number; devices: Buffer };
    const event = registeredEvent(instructions[position + 1]);
    if (!event?.network.equals(network)) {
      throw new RegistryReplayError('event_missing', 'a registration is not followed by its event');
    }
    const owner = instruction.accounts[0]!.toBytes();
    batches.push({
      devices: readDevices(devices, keyType).map((device, offset) => ({
        ...device,
        index: event.first + offset,
        keyType,
        owner,
        kind,
      })),
      registryHash: Uint8Array.from(event.registryHash),
    });
  });
  return batches;
}

/**
 * The running hash after `batch`, checked against what the chain said.
 * @throws RegistryReplayError `hash_mismatch` where a change before it was missed
 */
export function applyBatch(previous: Uint8Array, batch: RegisteredBatch): Uint8Array {
  const next = batch.devices.reduce(
    (hash, device) => nextRegistryHash(hash, registeredChange(device)),
    previous,
  );
  if (!equal(next, batch.registryHash)) {
    const first = batch.devices[0]?.index;
    throw new RegistryReplayError(
      'hash_mismatch',
      `the registry's changes before device ${first} are incomplete`,
    );
  }
  return next;
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

function registeredEvent(next: FlatInstruction | undefined) {
  if (!next?.data.subarray(0, EVENT_TAG.length).equals(EVENT_TAG)) return null;
  const event = coder.events.decode(next.data.subarray(EVENT_TAG.length).toString('base64'));
  return event?.name === 'devicesRegistered'
    ? (event.data as { network: PublicKey; first: number; count: number; registryHash: number[] })
    : null;
}

/** All instructions in the order they ran: each of the transaction, then those it called. */
function flatten({ transaction, meta }: VersionedTransactionResponse): FlatInstruction[] {
  if (!meta?.innerInstructions) {
    throw new RegistryReplayError(
      'inner_instructions_missing',
      `the RPC node keeps no inner instructions of ${transaction.signatures[0]}: use another node`,
    );
  }
  const keys = transaction.message.getAccountKeys({ accountKeysFromLookups: meta.loadedAddresses });
  const resolve = (
    programIdIndex: number,
    accounts: readonly number[],
    data: Uint8Array,
  ): FlatInstruction => ({
    program: keys.get(programIdIndex)!,
    accounts: accounts.map((index) => keys.get(index)!),
    data: Buffer.from(data),
  });
  return transaction.message.compiledInstructions.flatMap((outer, index) => [
    resolve(outer.programIdIndex, outer.accountKeyIndexes, outer.data),
    ...(meta.innerInstructions ?? [])
      .filter((group) => group.index === index)
      .flatMap((group) => group.instructions)
      .map((inner) => resolve(inner.programIdIndex, inner.accounts, utils.bytes.bs58.decode(inner.data))),
  ]);
}
