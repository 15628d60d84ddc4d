/** Finds the devices that can't be judged without knowing of others, which may be in other shards. */
import { kindOf } from '../kinds';
import { cellRoom, type Policy } from '../policy';
import { AT, Devices, type SharedDevices } from './devices';
import { sharedBytes } from './shards';

/** Flags of a device: its key is registered under several indices; its cell may be full. */
export const CONTESTED = 1;
export const CROWDED = 2;

/** What the registry alone says of devices that share a key or a place. */
export interface Survey {
  /** Flags by device. */
  readonly flags: Uint8Array;
  /** The indices of each contested key, in order. */
  readonly rivals: readonly (readonly number[])[];
}

const KEY_BYTES = AT.kind - AT.key;
/** The finest resolution of cells with a limited capacity. */
const FINEST = 10;
/**
 * Surveys the registered devices. A cell is crowded if the load of everything registered in it is more than counts;
 * whatever reports, others can't be full. Cells that H3 doesn't have are told apart later.
 */
export function survey(shared: SharedDevices, policy: Policy): Survey {
  const devices = new Devices(shared);
  const flags = sharedBytes(devices.length);
  const rivals = flagKeys(devices, flags);
  flagCells(devices, flags, policy);
  return { flags, rivals };
}

/** The table has at least twice as many places as entries. */
const sizeFor = (entries: number): number => 2 ** Math.ceil(Math.log2(2 * entries + 2));

/** Whoever registers keys and cells must not know where they lie in a table. It changes nothing that is found. */
const newSeed = (): number => (Math.random() * 2 ** 32) >>> 0;

function flagKeys(devices: Devices, flags: Uint8Array): number[][] {
  const size = sizeFor(devices.length);
  const holders = new Uint32Array(size);
  const seed = newSeed();
  const rivals = new Map<number, number[]>();
  for (let index = 0; index < devices.length; index++) {
    const { piece, from } = devices.place(index);
    const start = from + AT.key;
    let hash = seed;
    for (let i = start; i < start + KEY_BYTES; i++) {
      hash = Math.imul(hash ^ piece[i]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    let slot = (hash >>> 0) & (size - 1);
    for (;;) {
      const holder = holders[slot]! - 1;
      if (holder < 0) {
        holders[slot] = index + 1;
        break;
      }
      const other = devices.place(holder);
      const there = other.from + AT.key;
      if (piece.compare(other.piece, there, there + KEY_BYTES, start, start + KEY_BYTES) === 0) {
        const all = rivals.get(holder) ?? [holder];
        all.push(index);
        rivals.set(holder, all);
        break;
      }
      slot = (slot + 1) & (size - 1);
    }
  }
  for (const all of rivals.values()) for (const index of all) flags[index]! |= CONTESTED;
  return [...rivals.values()];
}

function flagCells(devices: Devices, flags: Uint8Array, policy: Policy): void {
  const size = sizeFor(devices.length);
  const cells = new Float64Array(size).fill(-1);
  const loads = new Float64Array(size);
  const seed = newSeed();
  const slotOf = (cell: number): number => {
    let hash = Math.imul(seed ^ cell, 0x85ebca6b) ^ Math.imul(seed ^ (cell / 2 ** 32), 0xc2b2ae35);
    hash ^= hash >>> 15;
    let slot = (Math.imul(hash, 0x2c1b3c6d) >>> 0) & (size - 1);
    while (cells[slot] !== cell && cells[slot] !== -1) slot = (slot + 1) & (size - 1);
    return slot;
  };
  for (let index = 0; index < devices.length; index++) {
    const cell = cellOf(devices, index);
    const slot = slotOf(cell);
    cells[slot] = cell;
    loads[slot]! += loadOf(devices, index);
  }
  for (let index = 0; index < devices.length; index++) {
    const { piece, from } = devices.place(index);
    const kind = kindOf(piece[from + AT.kind]!);
    const load = loads[slotOf(cellOf(devices, index))]!;
    if (kind && load > cellRoom(policy, kind.name)) flags[index]! |= CROWDED;
  }
}

function loadOf(devices: Devices, index: number): number {
  const { piece, from } = devices.place(index);
  const load = kindOf(piece[from + AT.kind]!)?.load;
  return load ? load(devices.at(index)!) : piece.readUInt32LE(from + AT.capacity);
}

/** A number for a device's kind and its cell with a limited capacity: the same for devices that share one. */
function cellOf(devices: Devices, index: number): number {
  const { piece, from } = devices.place(index);
  const low = piece.readUInt32LE(from + AT.cell);
  const high = piece.readUInt32LE(from + AT.cell + 4);
  const kind = piece[from + AT.kind]!;
  // H3's base cell and the digits of ten resolutions, 37 bits. A larger cell's centre child has zeros below.
  const cell = (high & 0xfffff) * 2 ** 17 + (low >>> 15);
  const resolution = Math.min(kindOf(kind)?.cellResolution ?? FINEST, (high >>> 20) & 15);
  const below = 2 ** (3 * (FINEST - Math.min(FINEST, resolution)));
  return kind * 2 ** 37 + Math.floor(cell / below) * below;
}
