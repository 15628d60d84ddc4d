const SOL_DECIMALS = 9;

/** An amount in base units, cut at the point. */
export interface UnitParts {
  /** Whole tokens; negative if the amount is. */
  readonly whole: string;
  /** All `decimals` digits behind the point. */
  readonly fraction: string;
}

/**
 * Cuts an amount in base units at the point of its token.
 * @param separator stands between groups of three digits of the whole tokens
 */
export function splitUnits(amount: bigint, decimals: number, separator = ''): UnitParts {
  const digits = `${amount < 0n ? -amount : amount}`.padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const whole = digits.slice(0, point).replace(/\B(?=(\d{3})+$)/g, separator);
  return { whole: amount < 0n ? `-${whole}` : whole, fraction: digits.slice(point) };
}

/**
 * An amount in base units as tokens, exactly: 1234500 with 6 decimals is `1.2345`.
 * @param separator stands between groups of three digits of the whole tokens
 */
export function formatUnits(amount: bigint, decimals: number, separator = ''): string {
  const { whole, fraction } = splitUnits(amount, decimals, separator);
  const shown = fraction.replace(/0+$/, '');
  return shown ? `${whole}.${shown}` : whole;
}

/** Lamports, which web3.js counts in numbers, as SOL, exactly: 1500000000 is `1.5`. */
export const formatSol = (lamports: bigint | number, separator = ''): string =>
  formatUnits(BigInt(lamports), SOL_DECIMALS, separator);

/**
 * The amount in base units that a text such as `1234.5` states.
 * @returns undefined where it is no such number, has more decimals than the token, or is more than a u64 holds
 */
export function parseUnits(text: string, decimals: number): bigint | undefined {
  const [, whole = '', fraction = ''] = /^(\d{1,20})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '' || fraction.length > decimals) return undefined;
  const units = BigInt(whole + fraction.padEnd(decimals, '0'));
  return units < 1n << 64n ? units : undefined;
}
