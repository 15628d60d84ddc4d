import { readProgram } from '@commonwire/deploy';
import {
  CLOSING_SECONDS,
  FOREVER,
  fetchNetwork,
  fetchRegistry,
  isPaused,
  type NetworkAccount,
  NO_LIMIT,
  PROGRAM_ID,
  pausedSeconds,
} from '@commonwire/sdk/network';
import { getAccount } from '@solana/spl-token';
import { type Connection, PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';

/** The state of a network on chain. Times are chain time, unix seconds. */
export interface Facts {
  account: NetworkAccount;
  registered: number;
  /** Base units in the vault. */
  vault: bigint;
  /** The key that may replace the program; null if nobody may. */
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
    now: timeIn(clock!.data),
  };
}

/** The clock ends with slot, epoch start, epoch, leader schedule epoch and then the time, eight bytes each. */
const timeIn = (clock: Buffer): bigint => clock.readBigInt64LE(32);

/** Fetches chain time, unix seconds. */
export const chainTime = async (connection: Connection): Promise<bigint> =>
  timeIn((await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY))!.data);

/** Returns the guardian; null if there is none. */
export const guardianOf = ({ guardian }: Pick<NetworkAccount, 'guardian'>): PublicKey | null =>
  guardian.equals(PublicKey.default) ? null : guardian;

/** Returns the network's state. `closing`: nothing more is earned, what was earned is paid. `closed` is final. */
export const stateOf = ({ account, now }: Facts): 'open' | 'paused' | 'closing' | 'closed' => {
  if (account.life === 'closed') return 'closed';
  if (isPaused(account, now)) return 'paused';
  return account.life;
};

/** Returns when a closing network can be closed for ever if it isn't paused again; null if it isn't closing. */
export function closableFrom({ account, now }: Facts): bigint | null {
  const { closing } = account;
  if (!closing || account.life !== 'closing') return null;
  return closing.since + CLOSING_SECONDS + pausedSeconds(account, now) - closing.pausedBefore;
}

/** Returns when the pause ends; null if only the authority can end it. */
export const pauseEnd = ({ pause }: NetworkAccount): bigint | null =>
  pause.until === FOREVER ? null : pause.until;

/** Returns the present payout window, base units; `limit` is null if there is none. */
export function payoutWindow({ account: { policy, window }, now }: Facts) {
  const over = now >= window.start + BigInt(policy.payoutWindowSeconds);
  const paid = over ? 0n : window.paid;
  const left = policy.payoutLimit > paid ? policy.payoutLimit - paid : 0n;
  const limit = policy.payoutLimit === NO_LIMIT ? null : policy.payoutLimit;
  /** `since` is null if the window is over: the next payment starts a new one. */
  return { limit, paid, left: limit === null ? null : left, since: over ? null : window.start };
}
