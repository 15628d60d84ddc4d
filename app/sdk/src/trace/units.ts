/** Units of power and energy. */

/** Power is a mean over the interval; energy is that of the interval, or a counter's. */
export type Quantity = 'power' | 'energy';

/** One unit: what it measures, and how many watts or watt-hours it is. */
export interface Unit {
  readonly name: string;
  readonly quantity: Quantity;
  readonly size: number;
}

const SIZES: Readonly<Record<string, number>> = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** By name: mW to GW and mWh to GWh. */
export const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries(SIZES).flatMap(([prefix, size]): [string, Unit][] => [
    [`${prefix}W`, { name: `${prefix}W`, quantity: 'power', size }],
    [`${prefix}Wh`, { name: `${prefix}Wh`, quantity: 'energy', size }],
  ]),
);

const WORDS: Readonly<Record<string, string>> = { milli: 'm', kilo: 'k', mega: 'M', giga: 'G' };
const WORD =
  /^(milli|kilo|mega|giga)?[ -]?wat(?:t|ts|io|ios|ti)?([ -]?(?:h|hours?|stunden?|heures?|horas?|ore|uur))?$/i;

/** Reads a unit such as `kW`, `KWH` or `Watt`. `mw` is megawatts, as people write them. */
export function readUnit(text: string): Unit | undefined {
  const plain = text.trim().replace(/\s*[·.*]\s*(?=h$)/i, '');
  const exact = UNITS.get(plain);
  if (exact) return exact;
  const short = /^([mkg]?)w(h?)$/i.exec(plain);
  if (short) {
    const prefix = short[1]!.toLowerCase();
    return UNITS.get(`${{ m: 'M', k: 'k', g: 'G' }[prefix] ?? ''}W${short[2] ? 'h' : ''}`);
  }
  const word = WORD.exec(plain);
  return word ? UNITS.get(`${WORDS[word[1]?.toLowerCase() ?? ''] ?? ''}W${word[2] ? 'h' : ''}`) : undefined;
}

/** Light per square metre, a panel's rating, shares and the like: not what a device delivers. */
const OTHERS = /w\s*[hp]?\s*\/\s*(m|k?wp?|qm)|kwh?p\b|k?wp\b|kva|\bva\b|k?varh?\b/i;
const IN_BRACKETS = /[[({<]\s*([^\])}>]{1,14}?)\s*[\])}>]/g;
const AT_THE_END =
  /(?:^|[\s_\-/.,:])([mkg]?w(?:h|atts?|att-?hours?)?|(?:kilo|mega)?watt(?:s|-?hours?|stunden)?)$/i;

/** Finds the unit in a column's name: in brackets, or at the end. */
export function unitIn(title: string): Unit | undefined {
  if (OTHERS.test(title)) return undefined;
  for (const [, inside] of title.matchAll(IN_BRACKETS)) {
    const unit = readUnit(inside!);
    if (unit) return unit;
  }
  const bare = title.replace(IN_BRACKETS, ' ').trim();
  return readUnit(bare) ?? readUnit(AT_THE_END.exec(bare)?.[1] ?? '');
}

/** Whether a column's name has a unit of something else. */
export const hasOtherUnit = (title: string): boolean => OTHERS.test(title);

/** The watt-hours of a value over some seconds. */
export const toWattHours = ({ quantity, size }: Unit, value: number, seconds: number): number =>
  quantity === 'energy' ? value * size : (value * size * seconds) / 3600;
