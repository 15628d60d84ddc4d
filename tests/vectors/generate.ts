import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@commonwire/sdk/core';
import { epochMessageVectors, reportVectors, settleVectors } from './formats';
import { ledgerVectors, registryVectors } from './merkle';
import { signatureVectors } from './signatures';
import { streamVectors } from './streams';
import { usageVectors } from './usage';
import { parkingVectors, rideVectors, voucherVectors } from './uses';

/** The committed file that every implementation of the formats must reproduce. */
export const VECTORS_FILE = join(__dirname, '..', 'vectors.json');

const note =
  'Made by tests/vectors/generate.ts (npm run vectors). Bytes are hex, integers that may exceed 2^53 are decimal ' +
  'strings, H is SHA-256, text in quotation marks is ASCII with the number i in decimal. frontier lists the levels ' +
  'from the lowest up; those left out at the top are 32 zero bytes.';

/** Converts a value to plain JSON: snake_case names, hex for bytes, strings for bigints. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === 'frontier' ? trimmed(plain(item) as string[]) : plain(item),
    ]),
  );
}

function trimmed(hashes: string[]): string[] {
  return hashes.slice(0, 1 + hashes.findLastIndex((hash) => /[1-9a-f]/.test(hash)));
}

/** Puts arrays of strings on one line if they fit into 110 characters, and empty ones, as the formatter does. */
function compact(json: string): string {
  const strings = /^( *(?:"\w+": )?)\[\n((?: *"[^"\n]*",?\n)+) *\](,?)$/gm;
  const onOneLine = json.replace(strings, (whole, name, items, comma) => {
    const line = `${name}[${items.trim().replace(/\s*\n\s*/g, ' ')}]${comma}`;
    return line.length <= 110 ? line : whole;
  });
  return onOneLine.replace(/\[\n *\[\]\n *\]/g, '[[]]');
}

/** Returns the file's text, which is always the same. */
export function renderVectors(): string {
  const vectors = {
    note,
    ledger: ledgerVectors(),
    registry: registryVectors(),
    epochMessages: epochMessageVectors(),
    reports: reportVectors(),
    signatures: signatureVectors(),
    settleData: settleVectors(),
    streams: streamVectors(),
    vouchers: voucherVectors(),
    parking: parkingVectors(),
    rides: rideVectors(),
    usage: usageVectors(),
  };
  return `${compact(JSON.stringify(plain(vectors), null, 2))}\n`;
}

if (require.main === module) writeFileSync(VECTORS_FILE, renderVectors());
