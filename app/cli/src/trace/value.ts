/** Reads values in measurement files. */
import type { Separator } from './csv';
import type { FileReason } from './reasons';

const MISSING = /^(|-+|n\/?a|#n\/a|[+-]?nan|<na>|nat|null|none|nil|missing)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Returns a number, or the reason why there is none. Decimal commas are read unless the comma is the separator. */
export function readValue(cell: string, separator: Separator = ','): number | FileReason {
  const text = separator !== ',' && !cell.includes('.') ? cell.replace(',', '.') : cell;
  if (NUMBER.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : 'unreadable-value';
  }
  return MISSING.test(text) ? 'no-value' : 'unreadable-value';
}
