import { epochCapOf, type NetworkAccount } from '@commonwire/sdk/network';
import { time } from '../format';

const STEPS: Readonly<Record<string, (account: NetworkAccount) => string>> = {
  closed: () => 'nothing can be undone; its pages can be closed by anybody',
  'already-paused': () => 'to end the pause, the authority runs commonwire govern unpause',
  'not-paused': () => 'there is nothing to end',
  'guardian-pause-spent': ({ authority, pause }) =>
    `the guardian may pause from ${time(pause.guardianFrom)}; until then ask the authority ${authority}`,
  'guardian-vetoes-spent': ({ authority }) => `ask the authority ${authority} to veto it`,
  'nothing-pending': ({ current }) => `epoch ${current.epoch + 1n} is not posted; see commonwire status`,
  'not-authority': () => 'it has changed hands meanwhile; see commonwire status',
  'not-guardian': () => 'it has changed hands meanwhile; see commonwire status',
  'not-proposed': () => 'the proposal was withdrawn or changed meanwhile; see commonwire status',
  'corrective-epoch-over': ({ current }) => `name epoch ${current.epoch + 1n} or a later one`,
  'payout-limit-too-low': ({ emission, current }) =>
    'raise payout_limit to payout_window_seconds / epoch_seconds epochs of ' +
    `${epochCapOf(emission, current.epoch + 1n)} base units at least, or leave it out`,
  'bond-lock-too-short': () => 'raise bond_lock_seconds to 2 x epoch_seconds + challenge_seconds at least',
  'no-fees': () => 'there are some once devices are registered',
};

/** What to do about the program's refusal. */
export const nextStep = (code: string, account: NetworkAccount): string =>
  STEPS[code]?.(account) ??
  "check that the key's account has SOL for the fee, and by commonwire status what holds now";
