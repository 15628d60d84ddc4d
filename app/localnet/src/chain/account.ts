import { Account } from 'litesvm/dist/internal';

const RENT_EXEMPT_EPOCH = 2n ** 64n - 1n;

/** Makes a LiteSVM account. */
export const makeAccount = (
  lamports: bigint,
  data: Uint8Array,
  owner: Uint8Array,
  executable = false,
): Account => new Account(lamports, data, owner, executable, RENT_EXEMPT_EPOCH);
