/** Turns a file's bytes into text, and says what a file is that holds none. */
import { TraceError } from './errors';

/** A file's text. */
export interface Decoded {
  readonly text: string;
  /** Such as `UTF-8` or `UTF-16LE`, with `in gzip` behind it if it was packed. */
  readonly encoding: string;
}

/** Longest text that is read, bytes: some three million rows. */
const MOST_BYTES = 1 << 28;
/** Bytes in which signs of a binary are looked for. */
const LOOKED_AT = 4_096;

const SAVE = 'open it in a spreadsheet program and save it as CSV';
const UNPACK = 'unpack it, and check the file that was in it';
const EXPORT = 'export it as CSV, with one line for each reading';

/** How files of other formats begin, what they are, and what to do with them. */
const BINARIES: readonly (readonly [string, string, string])[] = [
  ['PK\x03\x04', 'a ZIP archive', UNPACK],
  ['PK\x05\x06', 'an empty ZIP archive', UNPACK],
  ['\xd0\xcf\x11\xe0', 'a spreadsheet of an old Office (.xls)', SAVE],
  ['\x09\x08\x10\x00', 'a spreadsheet of an old Office (.xls)', SAVE],
  ['%PDF', 'a PDF', 'ask the portal for CSV instead'],
  [
    'SQLite format 3',
    'an SQLite database',
    'export the table: sqlite3 -header -csv FILE "select ..." > readings.csv',
  ],
  ['PAR1', 'a Parquet file', "convert it: duckdb -c \"copy 'FILE' to 'readings.csv'\""],
  ['ARROW1', 'an Arrow file', 'convert it with pandas: read_feather(...).to_csv(...)'],
  ['FEA1', 'a Feather file', 'convert it with pandas: read_feather(...).to_csv(...)'],
  ['\x89HDF', 'an HDF5 file', 'convert it with pandas: read_hdf(...).to_csv(...)'],
  ['CDF', 'a NetCDF file', 'convert it with xarray: open_dataset(...).to_dataframe().to_csv(...)'],
  ['Obj\x01', 'an Avro file', 'convert it to CSV'],
  ['\x80\x04\x95', 'a Python pickle', 'convert it with pandas: read_pickle(...).to_csv(...)'],
  ['BZh', 'packed with bzip2', UNPACK],
  ['\xfd7zXZ', 'packed with xz', UNPACK],
  ['\x28\xb5\x2f\xfd', 'packed with zstd', UNPACK],
  ['\x04\x22\x4d\x18', 'packed with lz4', UNPACK],
  ['7z\xbc\xaf', 'a 7-Zip archive', UNPACK],
  ['Rar!', 'a RAR archive', UNPACK],
  ['\x89PNG', 'a picture', 'ask for the numbers as CSV'],
  ['\xff\xd8\xff', 'a picture', 'ask for the numbers as CSV'],
  ['GIF8', 'a picture', 'ask for the numbers as CSV'],
  ['{\\rtf', 'a text document (RTF)', 'save it as plain text'],
];

/** What is in a ZIP archive, by the names of its first files. */
const ZIPPED: readonly (readonly [RegExp, string])[] = [
  [/xl\/|\[Content_Types\]|_rels\//, 'a spreadsheet (.xlsx)'],
  [/opendocument\.spreadsheet/, 'a spreadsheet (.ods)'],
  [/Index\/|\.iwa/, 'a spreadsheet (.numbers)'],
];

/** What text that is no table begins with. */
const TEXTS: readonly (readonly [RegExp, string, string])[] = [
  [/^\s*(\{\s*["}]|\[\s*(\{|\[|"|-?\d+(\.\d+)?\s*[,\]]|\]))/, 'JSON', EXPORT],
  [/^\s*(<!doctype html|<html|<table|<head|<body)/i, 'a web page (HTML)', SAVE],
  [/^\s*<\?xml[\s\S]{0,400}spreadsheet/i, 'a spreadsheet in XML', SAVE],
  [/^\s*<(\?xml|[a-z][\w:.-]*[\s>/])/i, 'XML', EXPORT],
  [/^\s*(create table|insert into|-- (mysql|postgresql|sqlite))/i, 'an SQL dump', EXPORT],
  [/^\s*(m\[mi\+\+\]|var \w+\s*=|da\[)/, 'JavaScript, such as the data files of a Solar-Log', EXPORT],
  [/^\s*---\s*\n\s*[\w-]+:/, 'YAML', EXPORT],
];

/**
 * Decodes UTF-8, UTF-16 and Windows-1252, also packed with gzip.
 * @throws TraceError `bad-file` if the bytes are something else, which it names with the way to convert it
 */
export async function decodeTrace(bytes: Uint8Array): Promise<Decoded> {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed ? await unpack(bytes) : bytes;
  if (plain.length > MOST_BYTES) throw tooLong(plain.length);
  refuseBinary(plain);
  const { text, encoding } = toText(plain);
  for (const [pattern, name, advice] of TEXTS) {
    if (pattern.test(text.slice(0, LOOKED_AT))) throw notCsv(name, advice);
  }
  return { text, encoding: packed ? `${encoding} in gzip` : encoding };
}

async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) throw tooLong(size);
      parts.push(value);
    }
  } catch (cause) {
    if (cause instanceof TraceError) throw cause;
    throw new TraceError(
      'bad-file',
      'the file is packed with gzip, and damaged: copy it again, or unpack it',
      { cause },
    );
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function refuseBinary(bytes: Uint8Array): void {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, LOOKED_AT));
  for (const [magic, name, advice] of BINARIES) {
    if (!beginsWith(bytes, magic)) continue;
    const inside = magic.startsWith('PK') && ZIPPED.find(([pattern]) => pattern.test(start));
    throw inside ? notCsv(`${inside[1]}, which is a ZIP archive`, SAVE) : notCsv(name, advice);
  }
  if (start.slice(257, 262) === 'ustar') throw notCsv('a tar archive', UNPACK);
}

const beginsWith = (bytes: Uint8Array, magic: string): boolean =>
  [...magic].every((character, i) => bytes[i] === character.charCodeAt(0));

/** Without a byte order mark, UTF-16 shows by a zero in every other byte. */
function toText(bytes: Uint8Array): Decoded {
  const [first, second] = bytes;
  const zeros = [0, 0];
  const looked = bytes.subarray(0, LOOKED_AT);
  for (const [i, byte] of looked.entries()) if (byte === 0) zeros[i % 2]!++;
  const many = looked.length / 4;
  if ((first === 0xff && second === 0xfe) || (zeros[1]! > many && zeros[0]! < many / 8)) {
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16LE' };
  }
  if ((first === 0xfe && second === 0xff) || (zeros[0]! > many && zeros[1]! < many / 8)) {
    return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'UTF-16BE' };
  }
  const odd = looked.reduce(
    (sum, byte) => sum + (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) ? 1 : 0),
    0,
  );
  if (odd > looked.length / 100) throw notCsv('a binary file of a kind unknown here', EXPORT);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    const encoding = legacyOf(bytes);
    return { text: new TextDecoder(encoding).decode(bytes), encoding };
  }
}

/** Words of headers by which an encoding of one language is known: in any other they would be other letters. */
const LEGACY: readonly (readonly [string, RegExp])[] = [
  ['Shift_JIS', /日付|日時|時刻|時間|年月|発電|電力/],
  ['EUC-JP', /日付|日時|時刻|時間|年月|発電|電力/],
  ['GB18030', /时间|日期|时刻|功率|发电|电量/],
  ['Big5', /時間|日期|時刻|功率|發電|電量/],
  ['EUC-KR', /시간|날짜|일시|시각|발전|전력/],
  ['Windows-1251', /дата|время|мощност|энерги|выработ|потужн|енерг|час/i],
  ['Windows-1250', /výkon|výroba|čas|teljesítmény|energia oddana|dzień|wyprodukowan|proizvodnja/i],
];

/** The encoding of bytes that aren't UTF-8. */
function legacyOf(bytes: Uint8Array): string {
  const looked = bytes.subarray(0, LOOKED_AT);
  for (const [encoding, words] of LEGACY)
    if (words.test(new TextDecoder(encoding).decode(looked))) return encoding;
  return 'Windows-1252';
}

const notCsv = (name: string, advice: string): TraceError =>
  new TraceError('bad-file', `the file is ${name}, not CSV: ${advice}`);

const tooLong = (size: number): TraceError =>
  new TraceError(
    'bad-file',
    `the file has over ${Math.floor(size / 1e6)} MB, more than the ${MOST_BYTES >> 20} MiB that are read: split it`,
  );
