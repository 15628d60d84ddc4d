import type { Payroll } from './payroll';
import { AccountState, type TokenAccounts } from './token-accounts';

/** How a run treats a leaf that it covers. */
export const Use = {
  /** Gives its hash: nobody is paid. */
  skip: 0,
  /** Pays what is due. */
  pay: 1,
  /** Names owner and amount though nothing is due: cheaper than a hash beside a neighbour of the same owner. */
  name: 2,
} as const;

/** The facts about every leaf that planning needs, in columns. */
export interface Leaves {
  readonly use: Uint8Array;
  readonly owner: Uint32Array;
  /** Bytes of the amount. */
  readonly width: Uint8Array;
  /** The leaf before this one that names the same owner, not skipped; -1: none. */
  readonly previous: Int32Array;
}

/** Why a device with something due is not in any run. Codes are only ever added. */
export type UnpaidReason =
  | 'no-token-account'
  | 'account-gone'
  | 'below-account-least'
  | 'frozen'
  | 'unusable-account'
  | 'memo-required'
  | 'not-read'
  | 'earned-below-paid'
  | 'left-out';

const REASONS: Readonly<Record<number, UnpaidReason>> = {
  [AccountState.unknown]: 'not-read',
  [AccountState.missing]: 'no-token-account',
  [AccountState.frozen]: 'frozen',
  [AccountState.unusable]: 'unusable-account',
  [AccountState.memo]: 'memo-required',
};

/**
 * Why the devices of owner number `owner` are not paid; undefined: they are.
 * @param createFrom see `PlanOptions.createFrom`
 */
export function unpaidReason(
  { wasPaid, dueTo }: Payroll,
  { state }: TokenAccounts,
  owner: number,
  createFrom: bigint | undefined,
): UnpaidReason | undefined {
  const found = state[owner]!;
  if (found === AccountState.payable) return undefined;
  if (found !== AccountState.missing || createFrom === undefined) return REASONS[found];
  // Who was paid had an account. To make it again and again would give its rent away each time that it is closed.
  if (wasPaid[owner]) return 'account-gone';
  return dueTo[owner]! < createFrom ? 'below-account-least' : undefined;
}

/** Whether an account can stand in a run that pays it nothing. */
const isNameable = (state: number): boolean =>
  state === AccountState.payable || state === AccountState.frozen || state === AccountState.memo;

/** Columns of all leaves. */
export function toLeaves(
  payroll: Payroll,
  accounts: TokenAccounts,
  { createFrom, leftOut }: { createFrom: bigint | undefined; leftOut: ReadonlySet<number> },
): Leaves {
  const { count, due, width, ownerOf, owners, fallen } = payroll;
  const use = new Uint8Array(count);
  const previous = new Int32Array(count).fill(-1);
  const latest = new Int32Array(owners.length).fill(-1);
  const below = new Set(fallen);
  for (let index = 0; index < count; index++) {
    const owner = ownerOf[index]!;
    const state = accounts.state[owner]!;
    if (due[index]! > 0n) {
      if (leftOut.has(index) || unpaidReason(payroll, accounts, owner, createFrom) !== undefined) continue;
      use[index] = Use.pay;
    } else {
      if (!isNameable(state) || below.has(index)) continue;
      // An account is longer than the hash, unless a neighbour brings it anyway.
      if (ownerOf[index - 1] !== owner && ownerOf[index + 1] !== owner) continue;
      use[index] = Use.name;
    }
    previous[index] = latest[owner]!;
    latest[owner] = index;
  }
  return { use, owner: ownerOf, width, previous };
}
