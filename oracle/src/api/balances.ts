import type { ChainNetwork } from '../chain/chain';
import { currentLedger, type Ledger } from '../epoch/ledger';
import type { Oracle } from '../runtime/oracle';

/** What a device has earned under the current ledger and been paid; base units. */
export interface Balance {
  readonly earned: bigint;
  readonly paid: bigint;
  readonly claimable: bigint;
}

/** The balances of some devices and the ledger that they are from; there is none before the first promotion. */
export interface Balances {
  readonly ledger: Ledger | undefined;
  of(index: number): Balance;
}

/** Reads the balances of some devices. @throws OracleError `not-ready` while the current ledger can't be rebuilt */
export async function readBalances(
  oracle: Oracle,
  network: ChainNetwork,
  indices: readonly number[],
): Promise<Balances> {
  const ledger = network.current.epoch === 0 ? undefined : await currentLedger(oracle, network);
  const amounts = ledger ? await oracle.paid.of(network, indices) : [];
  const paid = new Map(indices.map((index, i) => [index, amounts[i] ?? 0n]));
  return { ledger, of: (index) => balance(ledger?.entries[index]?.earned ?? 0n, paid.get(index) ?? 0n) };
}

const balance = (earned: bigint, paid: bigint): Balance => ({
  earned,
  paid,
  claimable: earned > paid ? earned - paid : 0n,
});

/** A balance as JSON. */
export const balanceJson = ({ earned, paid, claimable }: Balance) => ({
  earned: earned.toString(),
  paid: paid.toString(),
  claimable: claimable.toString(),
});
