import { equal } from '../../core/bytes';
import type { LedgerEntry } from '../merkle/ledger';

/** The grounds on which a leaf makes an epoch void. Codes are only ever added. */
export type FaultGround =
  | 'earned-fell'
  | 'above-device-cap'
  | 'wrong-owner'
  | 'earned-retired'
  | 'below-paid'
  | 'padded';

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

/** A device as the registry has it in the pending epoch. */
export interface ExpectedDevice {
  /** 32 bytes. */
  readonly owner: Uint8Array;
  /** Whether it earns nothing any more. */
  readonly retired: boolean;
}

/** The facts, besides the leaves, that decide on a fault. */
export interface FaultRules {
  /** By device index. */
  readonly devices: readonly ExpectedDevice[];
  /** Most that one device may earn in the pending epoch, base units: that of the epoch's cut. */
  readonly deviceEpochCap: bigint;
  /** Whether the pending epoch may take back what devices have earned. */
  readonly corrective: boolean;
  /** What each device was paid since the start, base units, by index: needed for corrective epochs. */
  readonly paid?: readonly bigint[];
}

/**
 * Finds every device by which `challengeEpoch` can void the pending epoch, in index order. Applies the program's rules.
 *
 * @example
 * const [fault] = findFaults(ledgers, { devices, deviceEpochCap, corrective: false });
 */
export const findFaults = ({ current, pending }: Ledgers, rules: FaultRules): Fault[] =>
  pending.flatMap((after, index) => {
    const before = current[index] ?? null;
    const grounds = groundsOf(before, after, rules.devices[index], rules);
    if (rules.corrective && after.earned < (rules.paid?.[index] ?? 0n)) grounds.push('below-paid');
    return grounds.length > 0 ? [{ index, grounds, before, after }] : [];
  });

/** Grounds on which one leaf makes the epoch void, but for those that other accounts or its proof show. */
export function groundsOf(
  before: LedgerEntry | null,
  after: LedgerEntry,
  device: ExpectedDevice | undefined,
  { deviceEpochCap, corrective }: FaultRules,
): FaultGround[] {
  const growth = after.earned - (before?.earned ?? 0n);
  const grounds: FaultGround[] = [];
  if (growth > deviceEpochCap) grounds.push('above-device-cap');
  if (growth < 0n && !corrective) grounds.push('earned-fell');
  if (growth > 0n && device?.retired) grounds.push('earned-retired');
  if (device && !equal(device.owner, after.owner)) grounds.push('wrong-owner');
  return grounds;
}
