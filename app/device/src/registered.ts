import { setTimeout as wait } from 'node:timers/promises';
import { type KeyType, MAX_SUPPORTED_TRANSACTION_VERSION, unpackDeviceKey } from '@commonwire/sdk/core';
import { fetchOwnerRecord, readRegistryChanges, registryAddress } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { type Connection, PublicKey, SolanaJSONRPCError } from '@solana/web3.js';
import { DeviceError } from './errors';
import { type DevicePublicKey, formatPublicKey } from './public-key';

/** A registered device. */
export interface Registration {
  index: number;
  /** Signature of the transaction that registered it, base58; null if only an oracle knows of it. */
  signature: string | null;
  owner: PublicKey;
  publicKey: DevicePublicKey;
  h3Cell: bigint;
}

/** Where to look for earlier registrations. */
interface Search {
  connection: Connection;
  network: PublicKey;
  owner: PublicKey;
  keys: readonly DevicePublicKey[];
  /** Oracles, which also know what the node has forgotten. */
  oracles: readonly string[];
}

/** How far back the node's history is searched: signatures of owner and registry, and transactions that are read. */
const OWNER_SIGNATURES = 1_000;
const REGISTRY_SLICES = 10;
const SLICE = 1_000;
const MOST_TRANSACTIONS = 100;
/** Devices of the owner that an oracle is asked about. */
const MOST_DEVICES = 100;

/**
 * Finds the devices of this owner that have these keys already, by key: from a registration whose outcome was never told,
 * for example. A retired device doesn't count, since its key may be registered again.
 * @throws DeviceError `key_transferred` if a device belongs to somebody else now
 */
export async function findRegistered(search: Search): Promise<Map<string, Registration>> {
  const wanted = new Set(search.keys.map(formatPublicKey));
  const found = new Map<string, Registration>();
  const add = (registration: Registration) => {
    const key = formatPublicKey(registration.publicKey);
    if (wanted.has(key) && !found.has(key)) found.set(key, registration);
  };
  for (const registration of await inHistory(search)) add(registration);
  if (found.size < wanted.size) for (const registration of await atOracles(search)) add(registration);
  for (const [key, { index }] of found) {
    const record = await fetchOwnerRecord(search.connection, { network: search.network, index });
    if (record?.retired) found.delete(key);
    else if (record && !record.owner.equals(search.owner)) {
      const what = `the device with key ${key} is registered as index ${index} and belongs to ${record.owner}`;
      throw new DeviceError('key_transferred', `${what}: that owner can transfer or retire it`);
    }
  }
  return found;
}

/**
 * The owner's registrations in the node's history, newest first; none where it offers no history.
 * @throws DeviceError `rpc_unreachable` if it lists a transaction that it doesn't have; what a node that doesn't answer throws
 */
async function inHistory({ connection, network, owner }: Search): Promise<Registration[]> {
  const own = await connection
    .getSignaturesForAddress(owner, { limit: OWNER_SIGNATURES }, 'confirmed')
    .catch(nothingIfRefused);
  const signatures = new Set(own.filter(({ err }) => err === null).map(({ signature }) => signature));
  const both = await registrySignatures(connection, network, signatures);
  const found: Registration[] = [];
  for (const signature of both.slice(0, MOST_TRANSACTIONS)) {
    const registrations = await patiently(() => readRegistrations(connection, signature, network));
    // It may be that of this very device, which would then be registered and paid for twice.
    if (!registrations)
      throw new DeviceError(
        'rpc_unreachable',
        `the RPC node lists transaction ${signature}, but does not return it: try again later, or use another node; nothing was sent`,
      );
    found.push(...registrations.filter((one) => one.owner.equals(owner)));
  }
  return found;
}

/** A node that refuses a method offers no history; one that fails in another way may have what is looked for. */
function nothingIfRefused(error: unknown): [] {
  if (
    error instanceof SolanaJSONRPCError &&
    (REFUSALS.has(Number(error.code)) || REFUSED.test(error.message))
  )
    return [];
  throw error;
}

/** Codes of a node without the method, without an index of the account, and without a history. */
const REFUSALS: ReadonlySet<number> = new Set([-32_601, -32_010, -32_011]);
/** What providers write whose plan leaves the method out. */
const REFUSED = /(not|isn't) (supported|available|enabled|allowed|found)|unsupported|unavailable|disabled/i;

/** How long a node may lag behind what it lists, and how often it is asked, milliseconds. */
const LAG_MS = 5_000;
const LAG_PAUSE_MS = 300;

async function patiently<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const start = Date.now(); ; await wait(LAG_PAUSE_MS)) {
    const value = await read();
    if (value !== undefined || Date.now() - start > LAG_MS) return value;
  }
}

/** Those of these transactions that changed the registry, newest first. */
async function registrySignatures(
  connection: Connection,
  network: PublicKey,
  among: ReadonlySet<string>,
): Promise<string[]> {
  const found: string[] = [];
  let before: string | undefined;
  for (let slice = 0; slice < REGISTRY_SLICES && found.length < among.size; slice++) {
    const listed = await connection
      .getSignaturesForAddress(registryAddress(network), { before, limit: SLICE }, 'confirmed')
      .catch(nothingIfRefused);
    found.push(...listed.map(({ signature }) => signature).filter((signature) => among.has(signature)));
    if (listed.length < SLICE) break;
    before = listed.at(-1)!.signature;
  }
  return found;
}

/** The devices that a transaction registered, in index order; undefined until the node has it. */
export async function readRegistrations(
  connection: Connection,
  signature: string,
  network: PublicKey,
): Promise<Registration[] | undefined> {
  const response = await connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
  });
  if (!response) return undefined;
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

/** The owner's devices as the first oracle that answers has them. */
async function atOracles({ owner, oracles }: Search): Promise<Registration[]> {
  for (const url of oracles) {
    try {
      const oracle = new OracleClient(url);
      const { devices } = await oracle.owner(owner.toBase58());
      const found: Registration[] = [];
      for (const { index } of devices.slice(0, MOST_DEVICES)) {
        const { key_type, device_key, h3_cell } = await oracle.device(index);
        const keyType = key_type as KeyType;
        const bytes = unpackDeviceKey(keyType, new Uint8Array(Buffer.from(device_key, 'hex')));
        const h3Cell = BigInt(`0x${h3_cell}`);
        found.push({ index, signature: null, owner, publicKey: { keyType, bytes }, h3Cell });
      }
      return found;
    } catch {
      // The next one may answer; none is needed to register.
    }
  }
  return [];
}
