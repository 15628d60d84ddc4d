import { ascii, concat, ofLength, u64 } from '../core/bytes';
import { type Ed25519KeyPair, signEd25519, verifyEd25519 } from '../core/ed25519';
import { CommonwireError } from '../core/errors';
import { Reader } from '../core/reader';

const DOMAIN = 'commonwire:voucher:v1';

/** Length of an encoded {@link Voucher}. */
export const VOUCHER_BYTES = 109;

/** Totals since an order was made. */
export interface UseTotals {
  /** MB, metres or minutes. */
  units: bigint;
  /** Base units. */
  cost: bigint;
}

/** What an order's session key signs. Addresses have 32 bytes. */
export interface Voucher extends UseTotals {
  /** Address of the program `market`. */
  program: Uint8Array;
  order: Uint8Array;
  /** Which order it is of all of its market: nothing signed for a closed order settles on a new one at its address. */
  birth: bigint;
}

/** What an order and the offer that it names agree to; prices in base units a unit. */
export interface UseTerms {
  budget: bigint;
  /** The most that the order pays. */
  greatestPrice: bigint;
  /** The least that the offer takes, with the market's fee. */
  leastPrice: bigint;
}

/** Why a voucher pays nothing. */
export type VoucherErrorCode =
  | 'voucher-no-step'
  | 'voucher-smaller'
  | 'voucher-over-budget'
  | 'voucher-over-price'
  | 'voucher-under-price';

/** A voucher that the program would refuse. */
export class VoucherError extends CommonwireError {
  declare readonly code: VoucherErrorCode;

  constructor(code: VoucherErrorCode, message: string) {
    super(code, message);
  }
}

/** Encodes the 109 bytes that the session key signs. @throws FormatError `out-of-range`, `wrong-length` */
export const encodeVoucher = ({ program, order, birth, units, cost }: Voucher): Uint8Array =>
  concat(
    ascii(DOMAIN),
    ofLength(32, program, 'program'),
    ofLength(32, order, 'order'),
    u64(birth),
    u64(units),
    u64(cost),
  );

/** Decodes exactly one voucher. @throws FormatError `truncated`, `trailing-bytes`, `wrong-domain` */
export function decodeVoucher(bytes: Uint8Array): Voucher {
  const reader = new Reader(bytes);
  reader.domain(DOMAIN);
  const voucher = {
    program: reader.bytes(32),
    order: reader.bytes(32),
    birth: reader.u64(),
    units: reader.u64(),
    cost: reader.u64(),
  };
  reader.end();
  return voucher;
}

/** Signs a voucher with the order's session key: 64 bytes. */
export const signVoucher = (voucher: Voucher, session: Uint8Array | Ed25519KeyPair): Uint8Array =>
  signEd25519(encodeVoucher(voucher), session);

/** Whether the signature is the session key's, as strictly as on chain. */
export const isSignedVoucher = (voucher: Voucher, session: Uint8Array, signature: Uint8Array): boolean =>
  verifyEd25519(session, encodeVoucher(voucher), signature);

/** Returns what a voucher adds to what was settled, in base units, as the program would pay it. @throws VoucherError */
export function voucherStep(settled: UseTotals, { units, cost }: UseTotals, terms: UseTerms): bigint {
  if (units < settled.units || cost < settled.cost)
    throw new VoucherError(
      'voucher-smaller',
      `${units} units for ${cost} are less than the settled ${settled.units} for ${settled.cost}`,
    );
  if (units === settled.units)
    throw new VoucherError('voucher-no-step', `${units} units were settled already`);
  if (cost > terms.budget)
    throw new VoucherError('voucher-over-budget', `${cost} exceeds the order's budget of ${terms.budget}`);
  if (cost > terms.greatestPrice * units)
    throw new VoucherError(
      'voucher-over-price',
      `${cost} for ${units} units exceeds the order's price of ${terms.greatestPrice}`,
    );
  if (cost < terms.leastPrice * units)
    throw new VoucherError(
      'voucher-under-price',
      `${cost} for ${units} units is below the offer's price of ${terms.leastPrice}`,
    );
  return cost - settled.cost;
}
