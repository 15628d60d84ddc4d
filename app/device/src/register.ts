import {
  CommonwireError,
  connect,
  KeyType,
  RpcError,
  reasonOf,
  TransactionTooLarge,
  TransactionUnknown,
} from '@commonwire/sdk/core';
import { Kind, mountedCell } from '@commonwire/sdk/device';
import { type NetworkAccount, registerDevices, registrationFee } from '@commonwire/sdk/network';
import { type PrintedTransaction, readKeypair, Signing } from '@commonwire/sdk/node';
import type { Connection, TransactionInstruction } from '@solana/web3.js';
import type { Command } from './arguments';
import { deviceCell } from './cell';
import type { Clock } from './clock';
import { DeviceError } from './errors';
import { type DevicePublicKey, formatPublicKey } from './public-key';
import {
  describeCost,
  registrationCost,
  requireAdmitted,
  requireFunds,
  requireNetwork,
} from './register-checks';
import { findRegistered, type Registration, readRegistrations } from './registered';

/** A checked `register` command line. */
export type RegisterCommand = Extract<Command, { command: 'register' }>;

/** How long to wait until a node returns a transaction that it has confirmed. */
const READ_PATIENCE_MS = 30_000;
const READ_PAUSE_MS = 500;

/** What a registration needs, checked against the network. */
interface Prepared {
  connection: Connection;
  signing: Signing;
  /** Devices that are there already. */
  existing: readonly Registration[];
  /** Of the others; none if there are no others. */
  instructions: readonly TransactionInstruction[];
}

/**
 * Registers the devices of a command line in one transaction that the owner signs. Devices that the owner has registered
 * before are found and returned, so the command can be run again whatever became of it.
 * @param tell called with the cost before anything is sent, and with what is there already
 * @returns the devices: those that were there, and those that the transaction registered, each in index order
 * @throws DeviceError. With `index_unknown` the devices are registered, with `registration_failed` the message says
 * whether they may be; any other code means that nothing was sent
 */
export async function register(
  command: RegisterCommand,
  clock: Clock,
  tell: (line: string) => void = () => undefined,
): Promise<Registration[]> {
  const { connection, signing, existing, instructions } = await prepare(command, tell);
  if (instructions.length === 0) return [...existing];
  const signature = await send(connection, signing, instructions);
  const { network } = command;
  return [...existing, ...(await readBack(connection, { signature, network, clock }))];
}

/** Makes the unsigned transaction of a registration; undefined if all devices are registered already. */
export async function printRegistration(
  command: RegisterCommand,
  tell: (line: string) => void,
): Promise<PrintedTransaction | undefined> {
  const { connection, signing, instructions } = await prepare(command, tell);
  return instructions.length === 0 ? undefined : signing.print(connection, instructions);
}

async function prepare(command: RegisterCommand, tell: (line: string) => void): Promise<Prepared> {
  const { url, network, kind, capacity } = command;
  const signing = Signing.read(command);
  const keys = command.key === undefined ? command.publicKeys : [publicKeyIn(command.key)];
  const connection = connect(url);
  try {
    const account = await requireNetwork(connection, network);
    const search = { connection, network, owner: signing.signer, keys, oracles: command.oracle };
    const found = await findRegistered(search);
    const existing = [...found.values()].sort((a, b) => a.index - b.index);
    for (const { publicKey, index, signature } of existing) {
      const by = signature ? ` by transaction ${signature}` : '';
      tell(`device ${formatPublicKey(publicKey)} is registered already, with index ${index}${by}`);
    }
    const others = keys.filter((key) => !found.has(formatPublicKey(key)));
    if (others.length === 0) return { connection, signing, existing, instructions: [] };
    requireAdmitted(account, kind, capacity);
    const instructions = registration(command, signing, others, account);
    const asked = registrationCost(account, { kind, capacity, count: others.length });
    const cost = await requireFunds(connection, signing, instructions, asked);
    const what = others.length === 1 ? 'the device' : `${others.length} devices`;
    tell(`registering ${what} ${describeCost(cost)}`);
    return { connection, signing, existing, instructions };
  } catch (cause) {
    if (cause instanceof TransactionTooLarge) {
      const what = `${keys.length} devices are too many for this cluster: ${cause.message}`;
      throw new DeviceError('too_many_devices', `${what}; register them in several goes`, { cause });
    }
    if (cause instanceof CommonwireError && !(cause instanceof RpcError)) throw cause;
    throw new DeviceError('rpc_unreachable', `${reasonOf(cause)}: check --url; nothing was sent`, { cause });
  }
}

/** Makes one instruction for each type of key, at the fees of this moment at most. */
function registration(
  command: RegisterCommand,
  { signer: owner, payer }: Signing,
  keys: readonly DevicePublicKey[],
  { policy }: Pick<NetworkAccount, 'policy'>,
): TransactionInstruction[] {
  const { network, kind, capacity, latitude, longitude, mount } = command;
  const fee = registrationFee(policy, { kind: Kind[kind], capacity });
  const h3Cell = mountedCell(deviceCell(latitude, longitude), mount);
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
            payer,
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
  signing: Signing,
  instructions: readonly TransactionInstruction[],
): Promise<string> {
  try {
    return await signing.send(connection, instructions);
  } catch (cause) {
    throw notRegistered(cause);
  }
}

/** The error of a registration that was not seen to land. Everything but an unknown outcome is final. */
export function notRegistered(cause: unknown): DeviceError {
  const isFinal = cause instanceof CommonwireError && !(cause instanceof TransactionUnknown);
  const next = isFinal
    ? 'nothing was registered: fix this and run the command again'
    : 'run the command again in two minutes: it finds the device if it was registered';
  return new DeviceError('registration_failed', `registering failed: ${reasonOf(cause)}; ${next}`, { cause });
}

/** Reads the index from the transaction. A device count would be wrong if others register at the same time. */
async function readBack(
  connection: Connection,
  { signature, network, clock }: { signature: string; network: RegisterCommand['network']; clock: Clock },
): Promise<Registration[]> {
  const unknown = (why: string, cause?: unknown) => {
    const what = `transaction ${signature} registered the device, but its index can't be read: ${why}`;
    const next =
      "don't register it elsewhere; run the command again later, or ask GET /v1/owners/ADDRESS on any of the network's oracles, which lists the owner's devices";
    return new DeviceError('index_unknown', `${what}; ${next}`, { cause });
  };
  const until = clock.now() + READ_PATIENCE_MS;
  try {
    for (;;) {
      const registrations = await readRegistrations(connection, signature, network);
      if (registrations) return registrations;
      if (clock.now() >= until) break;
      await clock.sleep(READ_PAUSE_MS);
    }
  } catch (cause) {
    throw unknown(reasonOf(cause), cause);
  }
  throw unknown('the RPC node does not return the transaction');
}
