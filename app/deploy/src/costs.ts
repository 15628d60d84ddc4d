import { createInterface } from 'node:readline/promises';
import { CommonwireError, formatSol } from '@commonwire/sdk/core';

/** Something that a command pays for. */
export interface Cost {
  /** Such as `program data`. */
  readonly what: string;
  /** Size of the account whose rent it is. */
  readonly bytes?: number;
  readonly lamports: number;
}

/** All that a command is going to spend, by the rent of today and at most as many fees. */
export interface Spending {
  readonly costs: readonly Cost[];
  /** What the payer must have besides and gets back, the rent of a buffer; negative for what is in one already. Lamports. */
  readonly returned: number;
  /** What the payer has, lamports. */
  readonly balance: number;
}

/** The sum of what is spent for good, lamports. */
export const totalOf = ({ costs }: Pick<Spending, 'costs'>): number =>
  costs.reduce((sum, { lamports }) => sum + lamports, 0);

/** Formats a spending for `--json`. */
export const spendingJson = (spending: Spending) => ({
  costs: spending.costs.map(({ what, bytes, lamports }) => ({
    what,
    bytes: bytes ?? null,
    lamports: `${lamports}`,
  })),
  total_lamports: `${totalOf(spending)}`,
  returned_lamports: `${spending.returned}`,
  balance_lamports: `${spending.balance}`,
});

/** Formats a spending as a table. */
export function spendingText(spending: Spending): string {
  const { costs, returned, balance } = spending;
  const total = totalOf(spending);
  const rows: [string, string, string][] = [
    ...costs.map(({ what, bytes, lamports }): [string, string, string] => [
      what,
      bytes === undefined ? '' : `${bytes.toLocaleString('en-US')} bytes`,
      `${formatSol(lamports)} SOL`,
    ]),
    ['all together', '', `${formatSol(total)} SOL`],
    ...(returned === 0
      ? []
      : [
          [
            returned > 0 ? 'needed besides, and returned' : 'of that in an upload already',
            '',
            `${formatSol(Math.abs(returned))} SOL`,
          ] as [string, string, string],
        ]),
    ['the payer has', '', `${formatSol(balance)} SOL`],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([what, bytes, sol]) => `${what.padEnd(widths[0]!)}  ${bytes.padStart(widths[1]!)}  ${sol}\n`)
    .join('');
}

/** The streams by which a person is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Shows what is going to be spent and asks for consent where a person is there to give it: on a terminal, unless `yes`.
 * @throws CommonwireError `declined`
 */
export async function showSpending(
  spending: Spending,
  yes: boolean,
  { input, output }: Terminal = TERMINAL,
): Promise<void> {
  output.write(spendingText(spending));
  if (yes || !input.isTTY || totalOf(spending) === 0) return;
  const terminal = createInterface({ input, output });
  try {
    const answer = await terminal.question('Go on? [y/N] ');
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new CommonwireError('declined', 'nothing was sent');
}
