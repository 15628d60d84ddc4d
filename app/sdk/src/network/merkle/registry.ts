import { concat, equal, ofLength, u8, u32, u64 } from '../../core/bytes';
import { DEVICE_KEY_BYTES } from '../../core/device-key';
import { HASH_BYTES, sha256 } from '../../core/hash';
import { MerkleError } from './errors';
import { EMPTY_LEAF, emptyNodes, innerNode, leafHash } from './nodes';

/** Levels of the registry tree. */
export const REGISTRY_DEPTH = 24;
/** Most devices of one registry. */
export const MAX_DEVICES = 2 ** REGISTRY_DEPTH - 1;
/** The running hash before the first change. */
export const FIRST_REGISTRY_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

const REGISTERED = 1;
const TRANSFERRED = 2;
const RETIRED = 3;

/** A device as it was registered. */
export interface RegisteredDevice {
  /** Place in the registry, from 0, u32. */
  index: number;
  /** 0 Ed25519, 1 P-256: see `KeyType`. */
  keyType: number;
  /** 33 bytes: see `packDeviceKey`. */
  deviceKey: Uint8Array;
  /** Wallet that the device earns for, 32 bytes. */
  owner: Uint8Array;
  /** See `Kind`. */
  kind: number;
  /** H3 cell asserted at registration, u64. */
  h3Cell: bigint;
  /** In the kind's unit, u32. */
  capacity: number;
}

/** Encodes the 83 bytes that a leaf and a change share. Doesn't check the values: the chain does. */
export function encodeDevice(device: RegisteredDevice): Uint8Array {
  return concat(
    u32(device.index),
    u8(device.keyType),
    ofLength(DEVICE_KEY_BYTES, device.deviceKey, 'the key field'),
    ofLength(32, device.owner, 'owner'),
    u8(device.kind),
    u64(device.h3Cell),
    u32(device.capacity),
  );
}

/** `H(0 | index | key_type | device_key | owner | kind | h3_cell | capacity)`. @throws FormatError */
export const registryLeaf = (device: RegisteredDevice): Uint8Array => leafHash(encodeDevice(device));

/** The change bytes of a registration, 84: 1 and the leaf's fields. @throws FormatError */
export const registeredChange = (device: RegisteredDevice): Uint8Array =>
  concat(u8(REGISTERED), encodeDevice(device));

/** A device that earns nothing from an epoch on; it keeps its owner. */
export interface Retirement {
  index: number;
  /** First epoch whose ledger shows it, u64. */
  effectiveEpoch: bigint;
}

/** A transfer of a device to another owner. */
export interface Transfer extends Retirement {
  /** The owner from then on, 32 bytes. */
  owner: Uint8Array;
}

/** The change bytes of a transfer, 45: `2 | index | owner | effective epoch`. @throws FormatError */
export const transferredChange = ({ index, owner, effectiveEpoch }: Transfer): Uint8Array =>
  concat(u8(TRANSFERRED), u32(index), ofLength(32, owner, 'owner'), u64(effectiveEpoch));

/** The change bytes of a retirement, 13: `3 | index | effective epoch`. @throws FormatError */
export const retiredChange = ({ index, effectiveEpoch }: Retirement): Uint8Array =>
  concat(u8(RETIRED), u32(index), u64(effectiveEpoch));

/** The running hash after a change: `H(previous | change)`. */
export const nextRegistryHash = (previous: Uint8Array, change: Uint8Array): Uint8Array =>
  sha256(ofLength(HASH_BYTES, previous, 'the running hash'), change);

/**
 * The append-only registry tree of depth 24 in the form the chain keeps: a count and a frontier. Level `l` of the
 * frontier is the full left subtree waiting there where bit `l` of the count is set, else what was last there.
 */
export class RegistryTree {
  #count: number;
  readonly #frontier: Uint8Array[];

  /** An empty tree, or the one an account's count and frontier (24 hashes) stand for. @throws MerkleError */
  constructor(count = 0, frontier: readonly Uint8Array[] = Array(REGISTRY_DEPTH).fill(EMPTY_LEAF)) {
    if (!Number.isInteger(count) || count < 0 || count > MAX_DEVICES) {
      throw new MerkleError('tree-full', `${count} is not a count of devices up to ${MAX_DEVICES}`);
    }
    if (frontier.length !== REGISTRY_DEPTH || frontier.some((hash) => hash.length !== HASH_BYTES)) {
      throw new MerkleError('wrong-hash-length', `a frontier has ${REGISTRY_DEPTH} hashes`);
    }
    this.#count = count;
    this.#frontier = frontier.map((hash) => new Uint8Array(hash));
  }

  /** Devices in the tree. */
  get count(): number {
    return this.#count;
  }

  /** The 24 hashes that the registry account holds, lowest level first. */
  get frontier(): Uint8Array[] {
    return this.#frontier.map((hash) => new Uint8Array(hash));
  }

  /** Adds the leaf of device number `count`. @throws MerkleError `tree-full`, `wrong-hash-length` */
  append(leaf: Uint8Array): void {
    if (leaf.length !== HASH_BYTES) throw new MerkleError('wrong-hash-length', 'a leaf has 32 bytes');
    if (this.#count >= MAX_DEVICES)
      throw new MerkleError('tree-full', `the tree holds ${MAX_DEVICES} devices`);
    let carried = new Uint8Array(leaf);
    let level = 0;
    for (let position = this.#count; position % 2 === 1; position = (position - 1) / 2) {
      carried = new Uint8Array(innerNode(this.#frontier[level] as Uint8Array, carried));
      level += 1;
    }
    this.#frontier[level] = carried;
    this.#count += 1;
  }

  /** Root over all places, empty ones included. */
  root(): Uint8Array {
    const empty = emptyNodes(REGISTRY_DEPTH);
    return this.#frontier.reduce(
      (carried, waiting, level) =>
        (this.#count >> level) & 1
          ? innerNode(waiting, carried)
          : innerNode(carried, empty[level] as Uint8Array),
      EMPTY_LEAF,
    );
  }
}

/** A device's leaf in the registry, and its path to the subtree of the frontier that holds it. */
export interface RegistryProof {
  readonly device: RegisteredDevice;
  /** Hashes from the leaf's sibling upwards: as many as the subtree has levels. */
  readonly path: readonly Uint8Array[];
}

/**
 * Returns the level of the frontier's subtree that holds device `index` of `count`: the least `l` whose bit is set in the
 * count with the device in the last whole subtree of that level.
 * @throws MerkleError `run-out-of-range` where there is no such device
 */
function subtreeLevel(index: number, count: number): number {
  for (let level = 0; level < REGISTRY_DEPTH; level += 1)
    if ((count >>> level) & 1 && (index >>> level) + 1 === count >>> level) return level;
  throw new MerkleError('run-out-of-range', `there is no device ${index} among ${count}`);
}

/**
 * Proves a device against a registry of these devices, all of them in index order. The chain takes the proof as long as its
 * registry's frontier holds the same subtree: fetch the devices again if that has changed.
 * @throws MerkleError `run-out-of-range`
 */
export function proveDevice(devices: readonly RegisteredDevice[], index: number): RegistryProof {
  const level = subtreeLevel(index, devices.length);
  const start = (index >>> level) << level;
  let row = devices.slice(start, start + 2 ** level).map(registryLeaf);
  const path: Uint8Array[] = [];
  for (let position = index - start; row.length > 1; position >>>= 1) {
    path.push(row[position ^ 1]!);
    row = row.flatMap((left, i) => (i % 2 === 0 ? [new Uint8Array(innerNode(left, row[i + 1]!))] : []));
  }
  return { device: devices[index]!, path };
}

/** Whether a proof holds against a registry account's count and frontier, by the program's rule. */
export function verifyDevice(
  { device, path }: RegistryProof,
  { deviceCount, frontier }: { deviceCount: number; frontier: readonly Uint8Array[] },
): boolean {
  const level = path.length;
  const held = (deviceCount >>> level) & 1 && (device.index >>> level) + 1 === deviceCount >>> level;
  if (level >= REGISTRY_DEPTH || !held) return false;
  const top = path.reduce(
    (node, sibling, height) =>
      (device.index >>> height) & 1 ? innerNode(sibling, node) : innerNode(node, sibling),
    registryLeaf(device),
  );
  return equal(top, frontier[level]!);
}
