import { FormatError } from '../core/errors';

const BYTES = new TextEncoder();
const TEXT = new TextDecoder();

/** Text as UTF-8 in a field of so many bytes, zeros after it. @throws FormatError `too-long` */
export function textField(length: number, text: string, what: string): number[] {
  const encoded = BYTES.encode(text);
  if (encoded.length > length)
    throw new FormatError('wrong-length', `${what} has ${encoded.length} bytes, and ${length} at most fit`);
  return [...encoded, ...Array<number>(length - encoded.length).fill(0)];
}

/** The text of such a field. What isn't UTF-8 is shown as replacement characters: anybody may have written it. */
export function fieldText(field: readonly number[]): string {
  const end = field.indexOf(0);
  return TEXT.decode(Uint8Array.from(end < 0 ? field : field.slice(0, end)));
}
