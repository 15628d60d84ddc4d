/** Reads of a dataset's lines about the market only what answers show: lines with many trades are long. */
import type { ChainArea } from '../domain/index';

/** The head of a line of clearings, without who traded. Amounts are decimal text. */
export interface ClearingHead {
  readonly area: string;
  /** When the interval begins, unix seconds. */
  readonly start: number;
  readonly demand: string;
  readonly supply: string;
  readonly quantity: string;
  readonly low: string | null;
  readonly high: string | null;
  readonly price: string | null;
}

/** The lines of a part. */
export function* linesIn(part: Uint8Array): Generator<string> {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    const stop = end < 0 ? bytes.length : end;
    yield bytes.toString('utf8', start, stop);
    start = stop + 1;
  }
}

/** The area that a line of the book is about; undefined if it is about something else. */
export function readArea(line: string): (ChainArea & { readonly market: string }) | undefined {
  // Areas begin with an address, and so do offers and orders; a meter's line has its area behind.
  if (!line.startsWith('{"area":')) return undefined;
  const { area: address, market, cell, loss_bps: lossBps } = JSON.parse(line);
  return { address, market, cell, lossBps };
}

/** Who traded comes last in a line. */
const BIDS = ',"bids":';

/** What a line of clearings says of an interval. */
export const clearingHead = (line: string): ClearingHead =>
  JSON.parse(`${line.slice(0, line.indexOf(BIDS))}}`);

/** Who bought and who sold in a line of clearings, each [account, units]. */
export function tradesOf(line: string): readonly (readonly [string, string])[] {
  const { bids, asks } = JSON.parse(`{${line.slice(line.indexOf(BIDS) + 1)}`);
  return [...bids, ...asks];
}
