import { toLatin1 } from '../../core/bytes';
import type { LedgerEntry } from '../merkle/ledger';

/**
 * Who is due what: a ledger beside what its devices were paid, in columns by device, so that a million devices are a
 * few arrays and not a million objects.
 */
export interface Payroll {
  /** Devices. */
  readonly count: number;
  /** Base units earned and not paid; 0 for the {@link Payroll.fallen}. */
  readonly due: BigUint64Array;
  /** Bytes that the amount earned takes, 1 to 8. */
  readonly width: Uint8Array;
  /** Number of the device's owner: its place in {@link Payroll.owners}. */
  readonly ownerOf: Uint32Array;
  /** Every owner once, 32 bytes each, in the order of their first devices. */
  readonly owners: readonly Uint8Array[];
  /** Base units due to each owner, by number. */
  readonly dueTo: BigUint64Array;
  /** 1 for each owner, by number, one of whose devices was paid before. */
  readonly wasPaid: Uint8Array;
  /** Devices of which the ledger says less than was paid already: to settle them is an error on chain. */
  readonly fallen: readonly number[];
}

/** Columns of a ledger and of what each device was paid since the start. */
export function payroll(entries: readonly LedgerEntry[], paid: (index: number) => bigint): Payroll {
  const count = entries.length;
  const due = new BigUint64Array(count);
  const width = new Uint8Array(count);
  const ownerOf = new Uint32Array(count);
  const owners: Uint8Array[] = [];
  const numbers = new Map<string, number>();
  const fallen: number[] = [];
  const paidBefore = new Uint8Array(count);
  let last: Uint8Array | undefined;
  for (let index = 0; index < count; index++) {
    const { owner, earned } = entries[index]!;
    // Neighbours often share an owner, and then mostly the very same bytes.
    ownerOf[index] = owner === last ? ownerOf[index - 1]! : numberOf(owner, numbers, owners);
    last = owner;
    width[index] = bytesOf(earned);
    const before = paid(index);
    if (earned > before) due[index] = earned - before;
    else if (earned < before) fallen.push(index);
    paidBefore[index] = before > 0n ? 1 : 0;
  }
  const dueTo = new BigUint64Array(owners.length);
  const wasPaid = new Uint8Array(owners.length);
  for (let index = 0; index < count; index++) {
    const owner = ownerOf[index]!;
    if (due[index] !== 0n) dueTo[owner]! += due[index]!;
    wasPaid[owner]! |= paidBefore[index]!;
  }
  return { count, due, width, ownerOf, owners, dueTo, wasPaid, fallen };
}

function numberOf(owner: Uint8Array, numbers: Map<string, number>, owners: Uint8Array[]): number {
  const key = toLatin1(owner);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, owners.length);
  return owners.push(owner) - 1;
}

/** Bytes of an amount: by halves, since a shift of a bigint takes memory. */
function bytesOf(amount: bigint): number {
  const high = Number(amount / 0x1_0000_0000n);
  const bits = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(Number(amount));
  return Math.max(1, Math.ceil(bits / 8));
}
