import { type Payroll, type TokenAccounts, unpaidReason } from '../settlement';
import type { Rent } from './cost';
import type { Prepared } from './prepare';
import type { CrankSummary, UnpaidSum } from './types';

/** The running totals of a crank's rounds. */
export class Tally {
  readonly transactions = { pages: 0, accounts: 0 };
  readonly rent = { pages: 0n, accounts: 0n };

  constructor(private readonly rentOf: Rent) {}

  /** Adds what a round prepared. */
  add(pages: Prepared, accounts: Prepared): void {
    this.transactions.pages += pages.transactions;
    this.transactions.accounts += accounts.transactions;
    this.rent.pages += BigInt(pages.made) * this.rentOf.page;
    this.rent.accounts += BigInt(accounts.made) * this.rentOf.account;
  }
}

/** The sums of a crank by what was due before and is after it. */
export function summarize(
  before: Payroll,
  after: Payroll,
  accounts: TokenAccounts,
  {
    outcome,
    detail,
    landed,
    leftOut,
  }: Pick<CrankSummary, 'outcome' | 'detail'> & { landed: number; leftOut: ReadonlySet<number> },
  { transactions, rent }: Tally,
  fees: bigint,
  createFrom: bigint | undefined,
): CrankSummary {
  const owners = new Set<number>();
  const unpaid = new Map<UnpaidSum['reason'], UnpaidSum>();
  const leave = (reason: UnpaidSum['reason'], amount: bigint) => {
    const sum = unpaid.get(reason) ?? { reason, devices: 0, amount: 0n };
    unpaid.set(reason, { reason, devices: sum.devices + 1, amount: sum.amount + amount });
  };
  let devices = 0;
  let amount = 0n;
  for (let index = 0; index < before.count; index++) {
    const due = after.due[index]!;
    const owner = before.ownerOf[index]!;
    if (due < before.due[index]!) {
      devices += 1;
      amount += before.due[index]! - due;
      owners.add(owner);
    }
    if (due === 0n) continue;
    const reason = leftOut.has(index) ? 'refused' : unpaidReason(before, accounts, owner, createFrom);
    leave(reason ?? 'left', due);
  }
  for (const _ of after.fallen) leave('earned-below-paid', 0n);
  return {
    outcome,
    detail,
    transactions: { settle: landed, ...transactions },
    devices,
    recipients: owners.size,
    amount,
    fees,
    rent,
    unpaid: [...unpaid.values()],
  };
}
