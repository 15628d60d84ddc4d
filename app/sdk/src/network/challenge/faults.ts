import { equal } from '../../core/bytes';
import type { LedgerEntry } from '../merkle/ledger';

/** The grounds on which a leaf makes an epoch void. Codes are only ever added. */
export type FaultGround = 'earned-fell' | 'above-device-cap' | 'wrong-owner';

/** A device whose pending leaf breaks the program's rules. */
export interface Fault {
  readonly index: number;
  /** At least one. */
  readonly grounds: readonly FaultGround[];
  /** Its leaf under the current root; null for a device that isn't in the current ledger. */
  readonly before: LedgerEntry | null;
  /** Its leaf under the pending root. */
  readonly after: LedgerEntry;
}

/** Both ledgers' entries, by device index. */
export interface Ledgers {
  readonly current: readonly LedgerEntry[];
  readonly pending: readonly LedgerEntry[];
}

/** The facts, besides the leaves, that decide on a fault. */
export interface FaultRules {
  /** The owner that a device's record names, 32 bytes; needed for {@link changedOwners} only. */
  readonly records: ReadonlyMap<number, Uint8Array>;
  /** Most that one device may earn in the pending epoch, base units: that of the epoch's cut. */
  readonly deviceEpochCap: bigint;
  /** Whether the pending epoch may take back what devices have earned and change their owners. */
  readonly corrective: boolean;
}

/** Returns devices whose owner has changed: their records decide whether that is right. */
export const changedOwners = ({ current, pending }: Ledgers): number[] =>
  pending.flatMap(({ owner }, index) => {
    const before = current[index];
    return before && !equal(before.owner, owner) ? [index] : [];
  });

/**
 * Finds every device by which `challengeEpoch` can void the pending epoch, in index order. Applies the program's rules.
 *
 * @example
 * const [fault] = findFaults(ledgers, { records, deviceEpochCap, corrective: false });
 */
export const findFaults = ({ current, pending }: Ledgers, rules: FaultRules): Fault[] =>
  pending.flatMap((after, index) => {
    const before = current[index] ?? null;
    const grounds = groundsOf(before, after, rules.records.get(index), rules);
    return grounds.length > 0 ? [{ index, grounds, before, after }] : [];
  });

function groundsOf(
  before: LedgerEntry | null,
  after: LedgerEntry,
  recorded: Uint8Array | undefined,
  { deviceEpochCap, corrective }: FaultRules,
): FaultGround[] {
  const growth = after.earned - (before?.earned ?? 0n);
  const grounds: FaultGround[] = [];
  if (growth > deviceEpochCap) grounds.push('above-device-cap');
  if (corrective) return grounds;
  if (growth < 0n) grounds.push('earned-fell');
  const owned = before === null || equal(before.owner, after.owner);
  if (!owned && !(recorded && equal(recorded, after.owner))) grounds.push('wrong-owner');
  return grounds;
}
