/** Reads numbers as people and programs write them; which mark is the decimal one, the whole column tells. */
import { readUnit, type Unit } from './units';

/** How a column writes its numbers. */
export interface NumberFormat {
  readonly decimal: '.' | ',';
  /** Whether another reading of the marks was nearly as likely. */
  readonly close: boolean;
}

/** Why a cell holds no number. */
export type NoNumber = 'no-value' | 'unreadable-value';

/** A cell's number and the unit beside it. */
export interface CellNumber {
  readonly value: number;
  readonly unit: Unit | undefined;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const MISSING = new RegExp(
  `^(?:|[-–—_.*?x/]+|${[
    'n\\.? ?/? ?[advb]\\.?|#.*[!?/a]|#nv|[+-]?nan(?: ?\\(.*\\))?|<na>|nat|null|\\(null\\)|<null>|none|nil|missing|unavailable|unknown|undefined|void|empty|blank',
    '(?:bad|no|invalid|missing|lost)[ _-]?(?:data|value|input|quality|signal|conn\\w*|comm\\w*|reading)?|not (?:available|valid|connected|a number)|err(?:or)?(?: ?\\d+)?|fault|failed|offline|timeout|out of range|under range|over range|i/o timeout|pt created|shutdown',
    'k\\. ?a\\.|k\\. ?w\\.|keine? (?:daten|werte?|angaben?)|nicht verf\\w+|unbekannt|ung\\w+ltig|fehlt|fehler|leer|aus',
    'indisponible|inconnue?|manquante?|non disponible|aucune? (?:donn\\w+|valeur)|vide|s/o|s\\. ?o\\.|erreur',
    'sin (?:datos?|valor|informaci\\w+)|no disponible|desconocido|nulo|vac[ií]o|s/d|sem (?:dados?|valor)|indispon[ií]vel|desconhecido|n\\.? ?d\\.?|non disp\\.?|dato mancante|sconosciuto|mancante|nessun \\w+',
    'onbekend|niet beschikbaar|geen (?:data|waarde|gegevens)|ontbreekt|brak(?: danych)?|nieznan\\w+|saknas|mangler|puuttuu|ukjent|ukendt|ok[aä]nd|ei saatavilla|chyb[ií]|nedostupn\\w+|nincs(?: adat)?|veri yok|yok',
    'нет данных|нет|недоступно|неизвестно|无|無|无数据|無數據|暂无|欠測|なし|不明|없음|알 수 없음|غير متاح',
  ].join('|')})$`,
  'iu',
);
const ZERO = 0x30;
/** The zeros of the scripts that write numbers with their own digits. */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
  0x1040, 0x17e0, 0xff10,
];
const BODY = /^[+-]?(?:\d[\d.,'’_ ]*|[.,]\d+)(?:e[+-]?\d+)?$/i;
const UNIT_BEHIND = /^(.*?[\d.,])\s*([a-z][a-z·. /-]*)$/i;
const UNIT_BEFORE = /^([a-z][a-z ]*?)\s*([+-]?[\d.,].*)$/i;

/** Digits, blanks and minus signs of any script as ASCII. */
export function toAscii(text: string): string {
  if (/^[\t -~]*$/.test(text)) return text;
  return text
    .replace(/\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0)!;
      const zero = ZEROS.find((first) => code >= first && code < first + 10);
      return zero === undefined ? digit : String.fromCharCode(ZERO + code - zero);
    })
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\u2212\u2010-\u2013\ufe63\uff0d]/g, '-')
    .replaceAll('\u066b', '.')
    .replaceAll('\u066c', "'")
    .trim();
}

/** Splits a cell into the characters of its number and its unit; undefined if it has none. */
function split(cell: string): { body: string; unit: Unit | undefined } | undefined {
  let text = toAscii(cell);
  const debit = /^\((.*)\)$/.exec(text) ?? /^([\d.,' ]+)-$/.exec(text);
  if (debit) text = `-${debit[1]}`;
  if (BODY.test(text)) return { body: text, unit: undefined };
  const behind = UNIT_BEHIND.exec(text);
  const before = behind ? undefined : UNIT_BEFORE.exec(text);
  const [body, name] = behind ? [behind[1]!, behind[2]!] : before ? [before[2]!, before[1]!] : ['', ''];
  const unit = readUnit(name);
  return unit && BODY.test(body) ? { body, unit } : undefined;
}

/** Finds which mark is the decimal one. A comma can't be if it separates unquoted cells, but cells in quotes may have any. */
export function numberFormatOf(cells: Iterable<string>): NumberFormat {
  // By mark: cells in which it must be decimal, or must group thousands, or could be either.
  const seen = { '.': { decimal: 0, groups: 0, either: 0 }, ',': { decimal: 0, groups: 0, either: 0 } };
  let [long, short] = [0, 0];
  for (const cell of cells) {
    if (PLAIN.test(cell)) {
      const size = Math.abs(Number(cell));
      const at = cell.indexOf('.');
      if (at < 0) {
        if (size >= 1000) long++;
        else if (size >= 1) short++;
      } else if (cell.length - at !== 4 || size < 1 || size >= 1000) seen['.'].decimal++;
      else seen['.'].either++;
      continue;
    }
    const body = split(cell)
      ?.body.replace(/^[+-]/, '')
      .replace(/e.*$/i, '')
      .replace(/[' _’]/g, '');
    if (body === undefined) continue;
    const [point, comma] = [body.lastIndexOf('.'), body.lastIndexOf(',')];
    if (point < 0 && comma < 0) {
      if (Number(body) >= 1000) long++;
      else if (Number(body) >= 1) short++;
      continue;
    }
    const last = point > comma ? '.' : ',';
    const parts = body.split(last);
    const tail = parts.at(-1)!;
    if (point >= 0 && comma >= 0) {
      seen[last][parts.length === 2 ? 'decimal' : 'groups']++;
      seen[last === '.' ? ',' : '.'].groups++;
    } else if (parts.length > 2) seen[last].groups++;
    else if (tail.length !== 3 || parts[0]!.length > 3 || /^0?$/.test(parts[0]!)) seen[last].decimal++;
    else seen[last].either++;
  }
  return decide(seen, long, short);
}

function decide(
  { '.': point, ',': comma }: Record<'.' | ',', { decimal: number; groups: number; either: number }>,
  long: number,
  short: number,
): NumberFormat {
  if (point.decimal + comma.groups > 0 || comma.decimal + point.groups > 0) {
    const [american, european] = [point.decimal + comma.groups, comma.decimal + point.groups];
    return {
      decimal: american >= european ? '.' : ',',
      close: Math.min(american, european) * 4 > Math.max(american, european),
    };
  }
  if (point.either + comma.either === 0) return { decimal: '.', close: false };
  // `1.234` beside `987`: decimals would be written in every number, and numbers of a thousand and more have the mark.
  const groups = long === 0 && short > 0;
  const mark = point.either >= comma.either ? '.' : ',';
  return { decimal: groups === (mark === '.') ? ',' : '.', close: groups || mark === ',' };
}

/** Reads a cell's number in a format. */
export function readNumber(cell: string, { decimal }: NumberFormat): CellNumber | NoNumber {
  if (PLAIN.test(cell) && (decimal === '.' || !cell.includes('.'))) return finite(Number(cell), undefined);
  const found = split(cell);
  if (!found) return MISSING.test(toAscii(cell)) ? 'no-value' : 'unreadable-value';
  const grouped = decimal === '.' ? /[,' _’]/g : /[.' _’]/g;
  const text = found.body.replace(grouped, '').replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? finite(Number(text), found.unit)
    : 'unreadable-value';
}

const finite = (value: number, unit: Unit | undefined): CellNumber | NoNumber =>
  Number.isFinite(value) ? { value, unit } : 'unreadable-value';

/** Values that loggers write where they have none: the ends of binary numbers, and rows of nines. */
const SENTINELS = new Set(
  [
    65535, 65534, 65533, 65.535, 32.767, 32.768, 32767, 32768, 4294967295, 2147483647, 2147483648, 16777215,
    1e6, 999, 9999, 99999, 999999, 9999999, 999.9, 999.99, 9999.9, 9999.99, 99.99, 7777, 8888, 6999, 6553.5,
    655.35, 3276.7, 3276.8, 327.67, 327.68, 429496729.5, 214748364.7, 99, 1e9, 1e30, 1e31, 1e33, 1e37,
    3.4028234663852886e38,
  ].flatMap((value) => [value, -value]),
);

/** The ends of 16 bits in units of a hundredth or a thousandth, which no measured value is by chance. */
const SCALED = new Set([655.35, 65.535, 327.67, 327.68, 32.767, 32.768]);

/** Values of a column that are codes for a missing reading: known as such, and far from all others. */
export function sentinelsOf(values: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const coded = new Set(values.filter((value) => SENTINELS.has(value)));
  if (coded.size === 0) return found;
  const others = values.filter((value) => !SENTINELS.has(value)).sort((a, b) => a - b);
  const [low, high] = [others[0] ?? 0, others[Math.floor((others.length - 1) * 0.995)] ?? 0];
  for (const value of coded) {
    const size = Math.max(Math.abs(low), Math.abs(high));
    if (
      value < 0
        ? value < low && value < -0.05 * size - 90
        : others.length > 0 && value > 2 * high && (value > 900 || SCALED.has(value))
    )
      found.add(value);
  }
  return found;
}

/** Both formats. */
export const NUMBER_FORMATS: readonly NumberFormat[] = [
  { decimal: '.', close: false },
  { decimal: ',', close: false },
];
