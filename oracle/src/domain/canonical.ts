/** Canonical JSON: keys in the order their schema fixes, no white space; what is hashed or signed as JSON is this. */

/** UTF-8 bytes of `JSON.stringify`; the caller's object has its keys in canonical order. */
export const canonicalBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** A copy whose keys are sorted, for maps whose keys no schema orders. */
export function sortedCounts(counts: Readonly<Record<string, number>>): Record<string, number> {
  const sorted: Record<string, number> = {};
  for (const key of Object.keys(counts).sort()) sorted[key] = counts[key]!;
  return sorted;
}
