import { type PublicKey, SYSVAR_INSTRUCTIONS_PUBKEY, type TransactionInstruction } from '@solana/web3.js';
import { bn } from '../core/anchor-values';
import { ed25519Instruction } from '../core/ed25519-instruction';
import type { Order } from './accounts';
import { instruction, marketProgram } from './program';
import { encodeVoucher, type UseTotals, type Voucher } from './voucher';

type NamedOrder = Pick<Order, 'address' | 'market' | 'counterparty' | 'birth' | 'terms'>;

/** The voucher of an order for these totals, as its session key signs it. */
export const voucherOf = (order: Pick<Order, 'address' | 'birth'>, { units, cost }: UseTotals): Voucher => ({
  program: marketProgram.address.toBytes(),
  order: order.address.toBytes(),
  birth: order.birth,
  units,
  cost,
});

/**
 * Pays the offer that an order names what the order's session key has signed. Anyone may send it, both instructions one after the
 * other. @throws RangeError for an order without a session key
 */
export function settleVoucher(args: {
  order: NamedOrder;
  totals: UseTotals;
  /** The session key's, over the voucher. */
  signature: Uint8Array;
}): TransactionInstruction[] {
  const { order, totals, signature } = args;
  const publicKey = order.terms.sessionKey;
  if (!publicKey) throw new RangeError(`order ${order.address} has no session key that signs vouchers`);
  const message = encodeVoucher(voucherOf(order, totals));
  return [
    ed25519Instruction({ message, signatures: [{ publicKey, signature }] }),
    settling(order, totals, SYSVAR_INSTRUCTIONS_PUBKEY),
  ];
}

/** The same without a voucher, and without the Ed25519 precompile: the session key signs the transaction. */
export function settleBySession(args: {
  order: NamedOrder;
  totals: UseTotals;
  session: PublicKey;
}): TransactionInstruction {
  const built = settling(args.order, args.totals, args.session);
  for (const key of built.keys) key.isSigner ||= key.pubkey.equals(args.session);
  return built;
}

const settling = (order: NamedOrder, { units, cost }: UseTotals, proof: PublicKey) =>
  instruction(
    'settleVoucher',
    { units: bn(units), cost: bn(cost) },
    { market: order.market, order: order.address, offer: order.counterparty, proof },
  );
