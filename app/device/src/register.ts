import {
  CommonwireError,
  KeyType,
  MAX_SUPPORTED_TRANSACTION_VERSION,
  sendAndConfirm,
  TransactionTooLarge,
  unpackDeviceKey,
} from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import {
  type NetworkAccount,
  readRegistryChanges,
  registerDevices,
  registrationFee,
} from '@commonwire/sdk/network';
import { readKeypair } from '@commonwire/sdk/node';
import { Connection, type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import type { Command } from './arguments';
import { deviceCell } from './cell';
import type { Clock } from './clock';
import { DeviceError } from './errors';
import type { DevicePublicKey } from './public-key';
import {
  describeCost,
  registrationCost,
  requireAdmitted,
  requireFunds,
  requireNetwork,
} from './register-checks';

/** A checked `register` command line. */
export type RegisterCommand = Extract<Command, { command: 'register' }>;

/** A registered device. */
export interface Registration {
  index: number;
  /** signature of the transaction that registered it, base58 */
  signature: string;
  owner: PublicKey;
  publicKey: DevicePublicKey;
  h3Cell: bigint;
}

/** How long to wait until a node returns a transaction that it has confirmed. */
const READ_PATIENCE_MS = 30_000;
const READ_PAUSE_MS = 500;

/**
 * Registers the devices of a command line in one transaction that the owner signs and pays.
 * @param tell called with the cost before anything is sent
 * @returns the devices in index order, as the transaction registered them
 * @throws DeviceError. With `index_unknown` the devices are registered, with `registration_failed` the message says
 * whether they may be; any other code means that nothing was sent
 */
export async function register(
  command: RegisterCommand,
  clock: Clock,
  tell: (line: string) => void = () => undefined,
): Promise<Registration[]> {
  const { rpc, network, kind, capacity } = command;
  const owner = readKeypair(command.ownerKey);
  const keys = command.key === undefined ? command.publicKeys : [publicKeyIn(command.key)];
  const connection = new Connection(rpc, 'confirmed');
  let instructions: TransactionInstruction[];
  try {
    const account = await requireNetwork(connection, network);
    requireAdmitted(account, kind, capacity);
    instructions = registration(command, owner.publicKey, keys, account);
    const asked = registrationCost(account, { kind, capacity, count: keys.length });
    const cost = await requireFunds(connection, owner.publicKey, instructions, asked);
    const what = keys.length === 1 ? 'the device' : `${keys.length} devices`;
    tell(`registering ${what} ${describeCost(cost)}`);
  } catch (cause) {
    if (cause instanceof TransactionTooLarge) {
      const what = `${keys.length} devices are too many for this cluster: ${cause.message}`;
      throw new DeviceError('too_many_devices', `${what}; register them in several goes`, { cause });
    }
    if (cause instanceof CommonwireError) throw cause;
    const what = `no answer from the RPC node ${rpc} (${reason(cause)})`;
    throw new DeviceError('rpc_unreachable', `${what}: check --rpc; nothing was sent`, { cause });
  }
  const signature = await send(connection, owner, instructions);
  return readRegistrations(connection, { signature, network, clock });
}

/** Makes one instruction for each type of key, at the fees of this moment at most. */
function registration(
  command: RegisterCommand,
  owner: PublicKey,
  keys: readonly DevicePublicKey[],
  { policy }: Pick<NetworkAccount, 'policy'>,
): TransactionInstruction[] {
  const { network, kind, capacity, latitude, longitude } = command;
  const fee = registrationFee(policy, { kind: Kind[kind], capacity });
  const h3Cell = deviceCell(latitude, longitude);
  return Object.values(KeyType).flatMap((keyType) => {
    const devices = keys
      .filter((key) => key.keyType === keyType)
      .map(({ bytes }) => ({ publicKey: bytes, h3Cell, capacity }));
    return devices.length === 0
      ? []
      : [
          registerDevices({
            network,
            owner,
            kind: Kind[kind],
            keyType,
            devices,
            maxFee: fee * BigInt(devices.length),
          }),
        ];
  });
}

function publicKeyIn(keyFile: string): DevicePublicKey {
  return { keyType: KeyType.ed25519, bytes: readKeypair(keyFile).publicKey.toBytes() };
}

async function send(
  connection: Connection,
  owner: Keypair,
  instructions: readonly TransactionInstruction[],
): Promise<string> {
  try {
    return await sendAndConfirm(connection, owner, instructions);
  } catch (cause) {
    // The SDK's errors are final. After any other error, the transaction may have landed or may still land.
    const next =
      cause instanceof CommonwireError
        ? 'nothing was registered: fix this and run the command again'
        : `the device may have been registered anyway, and registering it again would give it a second index: check the latest transactions of the owner's wallet ${owner.publicKey} before you run the command again`;
    throw new DeviceError('registration_failed', `registering failed: ${reason(cause)}; ${next}`, { cause });
  }
}

/** Reads the index from the transaction. A device count would be wrong if others register at the same time. */
async function readRegistrations(
  connection: Connection,
  { signature, network, clock }: { signature: string; network: PublicKey; clock: Clock },
): Promise<Registration[]> {
  const unknown = (why: string, cause?: unknown) => {
    const what = `transaction ${signature} registered the device, but its index can't be read: ${why}`;
    const next =
      "don't register it again; GET /v1/owners/ADDRESS on any of the network's oracles lists the owner's devices";
    return new DeviceError('index_unknown', `${what}; ${next}`, { cause });
  };
  const until = clock.now() + READ_PATIENCE_MS;
  try {
    for (;;) {
      const response = await connection.getTransaction(signature, {
        commitment: 'confirmed',
        maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
      });
      if (response) {
        const devices = readRegistryChanges(response, network).flatMap((change) =>
          change.kind === 'registered' ? change.devices : [],
        );
        return devices.map(({ index, owner, keyType, deviceKey, h3Cell }) => ({
          index,
          signature,
          owner: new PublicKey(owner),
          publicKey: { keyType: keyType as KeyType, bytes: unpackDeviceKey(keyType, deviceKey) },
          h3Cell,
        }));
      }
      if (clock.now() >= until) break;
      await clock.sleep(READ_PAUSE_MS);
    }
  } catch (cause) {
    throw unknown(reason(cause), cause);
  }
  throw unknown('the RPC node does not return the transaction');
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
