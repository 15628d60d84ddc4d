import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { decimalPoint, formatCount, shorten, splitTokens } from './format';
import { t, textFor } from './text';

/** The colour of a state. There is always a word as well. */
export type Mood = 'good' | 'warn' | 'bad' | 'quiet';

/** A state with a coloured dot. */
export const State = ({ mood, children }: { mood: Mood; children: ReactNode }) => (
  <span className={`state ${mood}`}>{children}</span>
);

/** Secondary text. */
export const Quiet = ({ children }: { children: ReactNode }) => <span className="quiet">{children}</span>;

/** A shortened address or hash, with the full text as its tooltip. */
export const Code = ({ text }: { text: string }) => <code title={text}>{shorten(text)}</code>;

/** Base units with all decimals, so that decimal points are aligned in a column. */
export function Tokens({ amount, decimals }: { amount: bigint; decimals: number }) {
  if (amount === 0n) return <Quiet>0</Quiet>;
  const { whole, fraction } = splitTokens(amount, decimals);
  return (
    <span className="amount">
      {whole}
      {fraction && (
        <span className="fraction">
          {decimalPoint()}
          {fraction}
        </span>
      )}
    </span>
  );
}

/** Reason codes with their counts; each explains itself as a tooltip. */
export function Codes({ counts }: { counts: Record<string, number> }) {
  const sorted = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  if (sorted.length === 0) return <Quiet>{t('app.none')}</Quiet>;
  return (
    <div className="codes">
      {sorted.map(([reason, count]) => (
        <span key={reason} className="code" title={textFor(`reason.${reason}`)}>
          {`${reason} × ${formatCount(count)}`}
        </span>
      ))}
    </div>
  );
}

/** The content of an empty section. */
export const Empty = ({ children }: { children: ReactNode }) => <p className="empty">{children}</p>;

/** A link to the page of an owner. */
export const OwnerLink = ({ address }: { address: string }) => (
  <Link href={`/owners/${address}`}>
    <Code text={address} />
  </Link>
);

/** A figure with its name and a note. */
export const Tile = ({ name, value, children }: { name: string; value: ReactNode; children?: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd className="value">{value}</dd>
    <dd className="quiet">{children}</dd>
  </div>
);

/** Names and what they stand for. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** A section with its heading and a note beside it. */
export function Section(props: { id: string; title: string; note?: ReactNode; children: ReactNode }) {
  const { id, title, note, children } = props;
  return (
    <section aria-labelledby={`${id}-title`}>
      <div className="heading">
        <h2 id={`${id}-title`}>{title}</h2>
        <p id={`${id}-note`} className="quiet">
          {note}
        </p>
      </div>
      <div id={id}>{children}</div>
    </section>
  );
}

/** A table column: its heading, its cell for a row, and whether it holds numbers (aligned right). */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  number?: boolean;
}

/** A table whose first column is the row header. It can be scrolled on narrow screens, also by keyboard. */
export function Table<Row>(props: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
}) {
  const { caption, columns, rows, keyOf } = props;
  const classOf = ({ number }: Column<Row>) => (number ? 'number' : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scroll" aria-label={t('app.table', { caption })} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.title} scope="row" className={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} className={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
