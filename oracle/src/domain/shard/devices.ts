import type { Device } from '../types';
import { asBuffer, sharedBytes } from './shards';

/** Bytes of a device: owner 32, key 33, key type, kind, one unused, capacity u32, cell u64. */
export const DEVICE_BYTES = 80;
/** Offsets of a device's fields. */
export const AT = { owner: 0, key: 32, keyType: 65, kind: 66, capacity: 68, cell: 72 } as const;
/** Devices in one piece of memory. */
const PIECE = 65_536;
const FIRST_ROOM = 64;

/** Registered devices by index, packed in memory that threads can share. They are only ever added. */
export class Devices {
  private readonly pieces: Buffer[];
  /** The device that was read last: a close asks for each several times in a row. */
  private last: Device | undefined;

  /** @param shared what {@link shared} returned, in this or another thread */
  constructor(shared: SharedDevices = { length: 0, pieces: [] }) {
    this.length = shared.length;
    this.pieces = shared.pieces.map(asBuffer);
  }

  length: number;

  push(device: Device): void {
    const place = this.length % PIECE;
    if (place === 0) this.pieces.push(asBuffer(sharedBytes(FIRST_ROOM * DEVICE_BYTES)));
    let piece = this.pieces.at(-1)!;
    if ((place + 1) * DEVICE_BYTES > piece.length) {
      const larger = asBuffer(sharedBytes(Math.min(PIECE * DEVICE_BYTES, 4 * piece.length)));
      larger.set(piece);
      this.pieces[this.pieces.length - 1] = piece = larger;
    }
    this.write(piece, place * DEVICE_BYTES, device);
    this.length += 1;
  }

  private write(piece: Buffer, from: number, device: Device): void {
    this.last = undefined;
    piece.set(device.owner, from + AT.owner);
    piece.set(device.deviceKey, from + AT.key);
    piece[from + AT.keyType] = device.keyType;
    piece[from + AT.kind] = device.kind;
    piece.writeUInt32LE(device.capacity, from + AT.capacity);
    piece.writeBigUInt64LE(device.h3Cell, from + AT.cell);
  }

  at(index: number): Device | undefined {
    if (this.last?.index === index) return this.last;
    if (!(index >= 0 && index < this.length)) return undefined;
    const { piece, from } = this.place(index);
    this.last = {
      index,
      keyType: piece[from + AT.keyType]!,
      deviceKey: copyOf(piece, from + AT.key, 33),
      owner: copyOf(piece, from + AT.owner, 32),
      kind: piece[from + AT.kind]!,
      h3Cell: piece.readBigUInt64LE(from + AT.cell),
      capacity: piece.readUInt32LE(from + AT.capacity),
    };
    return this.last;
  }

  /** Puts a device at its index; those between are not there until they are put as well. */
  put(device: Device): void {
    const number = Math.floor(device.index / PIECE);
    this.pieces[number] ??= asBuffer(sharedBytes(PIECE * DEVICE_BYTES));
    this.write(this.pieces[number]!, (device.index % PIECE) * DEVICE_BYTES, device);
    this.length = Math.max(this.length, device.index + 1);
  }

  /** A copy of the bytes of the devices from `first` up to, and without, `end`, which are in one piece. */
  bytesOf(first: number, end: number): Uint8Array {
    if (end <= first) return new Uint8Array(0);
    const { piece, from } = this.place(first);
    return Uint8Array.from(piece.subarray(from, from + (end - first) * DEVICE_BYTES));
  }

  /** Puts devices that {@link bytesOf} gave at their indices; those between are not there. */
  putBytes(first: number, bytes: Uint8Array): void {
    const number = Math.floor(first / PIECE);
    this.last = undefined;
    this.pieces[number] ??= asBuffer(sharedBytes(PIECE * DEVICE_BYTES));
    this.pieces[number]!.set(bytes, (first % PIECE) * DEVICE_BYTES);
    this.length = Math.max(this.length, first + bytes.length / DEVICE_BYTES);
  }

  /** Where the bytes of a device are. */
  place(index: number): { piece: Buffer; from: number } {
    return { piece: this.pieces[Math.floor(index / PIECE)]!, from: (index % PIECE) * DEVICE_BYTES };
  }

  /** The first devices, for another thread. What is added later isn't seen there. */
  shared(length = this.length): SharedDevices {
    const pieces = this.pieces.slice(0, Math.ceil(length / PIECE));
    return { length, pieces: pieces.map(({ buffer, length: size }) => new Uint8Array(buffer, 0, size)) };
  }
}

/** Devices in memory that threads share. */
export interface SharedDevices {
  readonly length: number;
  readonly pieces: readonly Uint8Array[];
}

function copyOf(piece: Buffer, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = piece[from + i]!;
  return bytes;
}
