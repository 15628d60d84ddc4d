import { priorityLamports } from '../../core/priority-fee';
import { SIGNATURE_FEE } from './sender';

/** The priority fee and the total fee of a transaction with this limit of units at a price. Lamports. */
export function feesOf(units: number, price: bigint): { priorityFee: bigint; fee: bigint } {
  const priorityFee = priorityLamports(units, price);
  return { priorityFee, fee: SIGNATURE_FEE + priorityFee };
}
