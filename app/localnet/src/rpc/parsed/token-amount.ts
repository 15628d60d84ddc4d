/** How a mint's amounts are shown. */
export interface MintUnits {
  decimals: number;
  /** For mints that show interest or a scale: what is shown for base units. */
  shown?: ((amount: bigint) => number) | undefined;
}

const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** Decimal digits of a number, never with an exponent. */
function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : value < 0 ? '-inf' : 'NaN';
  if (Math.abs(value) < 1e21) return value.toFixed(Math.min(decimals, 100));
  return BigInt(value).toString();
}

/** Encodes a token amount for JSON-RPC. */
export function uiAmount(amount: bigint, { decimals, shown }: MintUnits) {
  const base = { amount: amount.toString(), decimals };
  if (shown) {
    const text = trimmed(fixed(shown(amount), decimals));
    const value = Number(text);
    return { ...base, uiAmount: Number.isFinite(value) ? value : null, uiAmountString: text };
  }
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals > 0 ? trimmed(`${whole}.${digits.slice(digits.length - decimals)}`) : whole;
  // From 20 decimals on, a validator's 10^decimals overflows.
  return { ...base, uiAmount: decimals < 20 ? Number(amount) / 10 ** decimals : null, uiAmountString: text };
}
