/** Canonical JSON: keys in the order of their schema, no white space. Hashed or signed JSON always has this form. */

/** UTF-8 bytes of `JSON.stringify`; the caller's object must have its keys in canonical order. */
export const canonicalBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** Returns a copy with sorted keys, for maps whose key order no schema defines. */
export function sortedCounts(counts: Readonly<Record<string, number>>): Record<string, number> {
  const sorted: Record<string, number> = {};
  for (const key of Object.keys(counts).sort()) sorted[key] = counts[key]!;
  return sorted;
}
