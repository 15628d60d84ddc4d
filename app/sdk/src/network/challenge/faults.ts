import { equal } from '../../core/bytes';
import type { LedgerEntry } from '../merkle/ledger';

/** Why a leaf makes an epoch void. Codes are only ever added. */
export type FaultGround = 'earned-fell' | 'above-device-cap' | 'wrong-owner';

/** A device of which the pending ledger says what the program's rules forbid. */
export interface Fault {
  readonly index: number;
  /** At least one. */
  readonly grounds: readonly FaultGround[];
  /** Its leaf under the current root; null for a device that the current ledger hasn't. */
  readonly before: LedgerEntry | null;
  /** Its leaf under the pending root. */
  readonly after: LedgerEntry;
}

/** Entries by device index, of every device that the root's ledger has. */
export interface Ledgers {
  readonly current: readonly LedgerEntry[];
  readonly pending: readonly LedgerEntry[];
}

/** What beside the leaves decides on a fault. */
export interface FaultRules {
  /** The owner that a device's record names, 32 bytes; needed for {@link changedOwners} only. */
  readonly records: ReadonlyMap<number, Uint8Array>;
  /** Most that one device may earn in the pending epoch, base units: that of the epoch's cut. */
  readonly deviceEpochCap: bigint;
  /** Whether the pending epoch may take back what devices earned and change their owners. */
  readonly corrective: boolean;
}

/** Devices whose owner isn't the one before: their records decide whether that is right. */
export const changedOwners = ({ current, pending }: Ledgers): number[] =>
  pending.flatMap(({ owner }, index) => {
    const before = current[index];
    return before && !equal(before.owner, owner) ? [index] : [];
  });

/**
 * Every device that `challengeEpoch` makes the pending epoch void by, in index order. The same rules as the program's.
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
