import type { DaoRules } from '@commonwire/sdk/realm';
import { DAY_SECONDS } from '../network-time';

export const NAME = 'Sun of Golden';

/** A day to vote and a day until a decision is executed, the shortest that isn't for development alone. */
export const RULES: DaoRules = {
  quorumPercent: 40,
  proposalWeight: 1_000_000n,
  votingSeconds: DAY_SECONDS,
  coolOffSeconds: DAY_SECONDS / 4,
  holdUpSeconds: DAY_SECONDS,
  vetoPercent: 60,
};

/** Guardians of the council, and how many of them veto. */
export const GUARDIANS = 3;
export const VETOES = 2;

/** Length of a window of the stakers' income. */
export const WINDOW_SECONDS = BigInt(7 * DAY_SECONDS);

/** For how long the owners lock half of what they earned, in turn. */
export const LOCK_DAYS: readonly number[] = [4 * 365, 2 * 365, 365, 30];

/** Lamports that registering a device is to cost, by the owners' vote. */
export const DEVICE_FEE = 50_000_000n;

/** Days within which every owner must have been paid. */
export const PAY_DAYS = 10;
