import { time } from '@commonwire/sdk/core';
import { CLOSING_SECONDS, epochCapOf, type NetworkAccount } from '@commonwire/sdk/network';
import { RULES } from './rules';

const STEPS: Readonly<Record<string, (account: NetworkAccount) => string>> = {
  closed: () => 'this cannot be undone; see commonwire status',
  'below-floor': ({ floors }) =>
    `keep epoch_seconds at ${floors.epochSeconds}, challenge_seconds at ${floors.challengeSeconds} and payout_window_seconds at ${floors.payoutWindowSeconds} or above: these were fixed when the network was created`,
  'change-delayed': ({ changes }) =>
    `the announced ${RULES.flatMap((rule) => (changes[rule] ? [`${rule} can be applied from ${time(changes[rule].from)}`] : [])).join(', the ')}`,
  'not-closing': () => 'the authority must first run commonwire govern close-network',
  'still-closing': ({ closing }) =>
    `wait until ${time((closing?.since ?? 0n) + CLOSING_SECONDS)}, or longer by the time that it was paused; see commonwire status`,
  'not-closed': () => 'first it must be closed for ever: commonwire govern finish-close',
  'corrective-epoch-cut': ({ correctiveEpoch }) =>
    `epoch ${correctiveEpoch} stays the corrective one until it is promoted; name another afterwards`,
  'nothing-announced': () => 'it was applied or cancelled meanwhile; see commonwire status',
  'wrong-root': () => 'another epoch is pending now; see commonwire status',
  'already-paused': () => 'to end the pause, the authority must run commonwire govern unpause',
  'pause-held': ({ pause }) =>
    `the guardian began or holds it: the authority can end it from ${time(pause.heldUntil)}, the guardian with commonwire guard unpause, if it began it`,
  'guardian-refusals-spent': () =>
    'the guardian has withdrawn its own replacement twice; the authority can withdraw this one',
  'not-paused': () => 'there is no pause to end',
  'guardian-pause-spent': ({ authority, pause }) =>
    `the guardian may pause again from ${time(pause.guardianFrom)}; until then ask the authority ${authority}`,
  'guardian-vetoes-spent': ({ authority }) => `ask the authority ${authority} to veto it`,
  'nothing-pending': ({ current }) => `epoch ${current.epoch + 1n} is not posted; see commonwire status`,
  'not-authority': () => 'the authority has changed meanwhile; see commonwire status',
  'not-guardian': () => 'the guardian has changed meanwhile; see commonwire status',
  'not-proposed': () => 'the proposal was withdrawn or changed meanwhile; see commonwire status',
  'corrective-epoch-over': ({ current }) => `name epoch ${current.epoch + 1n} or a later one`,
  'payout-limit-too-low': ({ emission, current }) =>
    'raise payout_limit to at least 1.25 x payout_window_seconds / epoch_seconds epochs of ' +
    `${epochCapOf(emission, current.epoch + 1n)} base units, or leave it out`,
  'bond-lock-too-short': () =>
    'raise bond_lock_seconds to at least 2 x epoch_seconds + challenge_seconds + answer_seconds',
  'no-fees': () => 'there will be some once devices are registered',
};

/**
 * Returns the next step after a refusal; undefined if it wasn't the program that refused: then its reason is the runtime's,
 * such as a payer without SOL, and says itself what to do.
 */
export const nextStep = (code: string, account: NetworkAccount): string | undefined =>
  code === 'transaction-failed'
    ? undefined
    : (STEPS[code]?.(account) ?? 'see the state of the network with commonwire status');
