import { count, formatSol, tokens } from '@commonwire/sdk/core';
import type { CrankCost, CrankSummary, UnpaidSum } from '@commonwire/sdk/network';

type Row = readonly [string, string];

const REASONS: Readonly<Record<UnpaidSum['reason'], string>> = {
  'no-token-account': 'no token account: --create-accounts creates them',
  'account-gone': 'token account gone since the owner was paid before: the owner must create it again',
  'below-account-least': 'too little to create a token account for: see --create-from',
  frozen: 'token account frozen',
  'unusable-account': 'token account belongs to somebody else',
  'memo-required': 'token account accepts payments only with a memo',
  'not-read': 'token account not read',
  'earned-below-paid': 'earned less than was paid',
  'left-out': 'refused by the chain',
  refused: 'refused by the chain',
  left: 'not reached: run the command again',
};

/** Lamports as SOL. */
const sol = (lamports: bigint): string => `${formatSol(lamports, ',')} SOL`;

const unpaidRows = (unpaid: readonly UnpaidSum[], decimals: number): Row[] =>
  unpaid.map(({ reason, devices, amount }) => [
    'not paid',
    `${count(devices, 'device')}, ${tokens(amount, decimals)}: ${REASONS[reason]}`,
  ]);

/** Formats a plan. */
export const planRows = (cost: CrankCost, decimals: number): Row[] => [
  ['due', `${tokens(cost.amount, decimals)} to ${count(cost.devices, 'device')}`],
  [
    'transactions',
    `${cost.transactions}: ${count(cost.settlements, 'settlement')}, ${count(cost.pages, 'page')} and ` +
      `${count(cost.accounts, 'token account')} to create`,
  ],
  ['fees', sol(cost.fees)],
  ['rent of pages', `${sol(cost.rent.pages)}, returned when the network is closed`],
  ['rent of accounts', `${sol(cost.rent.accounts)}, kept by the owners`],
  ...unpaidRows(cost.unpaid, decimals),
];

/** Formats a summary. */
export const summaryRows = (summary: CrankSummary, decimals: number): Row[] => {
  const { transactions, rent } = summary;
  const sent = Object.values(transactions).reduce((sum, one) => sum + one, 0);
  return [
    ['outcome', summary.detail ? `${summary.outcome}: ${summary.detail}` : summary.outcome],
    ['paid', `${tokens(summary.amount, decimals)} to ${count(summary.devices, 'device')}`],
    ['transactions', `${sent}, including ${count(transactions.settle, 'settlement')}`],
    ['fees', sol(summary.fees)],
    ['rent', `${sol(rent.pages + rent.accounts)} locked`],
    ...unpaidRows(summary.unpaid, decimals),
  ];
};

/** Formats amounts as decimal text, since JSON numbers would lose digits. */
export const toJson = (value: CrankCost | CrankSummary): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}` : member));
