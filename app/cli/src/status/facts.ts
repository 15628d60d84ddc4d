import { readProgram } from '@commonwire/deploy';
import {
  FOREVER,
  fetchNetwork,
  fetchRegistry,
  isPaused,
  type NetworkAccount,
  NO_LIMIT,
  PROGRAM_ID,
} from '@commonwire/sdk/network';
import { getAccount } from '@solana/spl-token';
import { type Connection, PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';

/** Everything of a network that the chain tells. Times are chain time, unix seconds. */
export interface Facts {
  account: NetworkAccount;
  registered: number;
  /** Base units in the vault. */
  vault: bigint;
  /** Who may replace the program; null: nobody. */
  upgradeAuthority: PublicKey | null;
  now: bigint;
}

/** @throws AccountError */
export async function readFacts(connection: Connection, network: PublicKey): Promise<Facts> {
  const account = await fetchNetwork(connection, network);
  const [registry, vault, program, clock] = await Promise.all([
    fetchRegistry(connection, network),
    getAccount(connection, account.vault, undefined, account.tokenProgram),
    readProgram(connection, PROGRAM_ID),
    connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY),
  ]);
  return {
    account,
    registered: registry.deviceCount,
    vault: vault.amount,
    upgradeAuthority: program?.upgradeAuthority ?? null,
    // The clock ends with slot, epoch start, epoch, leader schedule epoch and then the time, eight bytes each.
    now: clock!.data.readBigInt64LE(32),
  };
}

/** Who may pause and veto; null: nobody but the authority. */
export const guardianOf = ({ guardian }: NetworkAccount): PublicKey | null =>
  guardian.equals(PublicKey.default) ? null : guardian;

/** Whether money moves: `paused` ends, `closed` doesn't. */
export const stateOf = ({ account, now }: Facts): 'open' | 'paused' | 'closed' => {
  if (account.closed) return 'closed';
  return isPaused(account, now) ? 'paused' : 'open';
};

/** When the pause there is ends; null: when the authority says so. */
export const pauseEnd = ({ pause }: NetworkAccount): bigint | null =>
  pause.until === FOREVER ? null : pause.until;

/** The payout window as it is now, base units; `limit` null: none. */
export function payoutWindow({ account: { policy, window }, now }: Facts) {
  const over = now >= window.start + BigInt(policy.payoutWindowSeconds);
  const paid = over ? 0n : window.paid;
  const left = policy.payoutLimit > paid ? policy.payoutLimit - paid : 0n;
  const limit = policy.payoutLimit === NO_LIMIT ? null : policy.payoutLimit;
  /** `since` null: the next payment begins one. */
  return { limit, paid, left: limit === null ? null : left, since: over ? null : window.start };
}
