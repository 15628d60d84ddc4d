import { count, time, tokens } from '@commonwire/sdk/core';
import { announcedEffects, type EpochState, PROGRAM_ID, promotableFrom } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { short } from '../format';
import { announcement } from '../governing/announcements';
import { RULES } from '../governing/rules';
import { closableFrom, type Facts, guardianOf, pauseEnd, payoutWindow, stateOf } from './facts';

/** How often the guardian can veto one epoch. */
const GUARDIAN_VETOES = 2;

/** Formats the state for people as labels and values. */
export function toLines(facts: Facts): [string, string][] {
  const { account, registered, vault, upgradeAuthority } = facts;
  const { committee, cuts, current, policy, emission, decimals, correctiveEpoch } = account;
  const amount = (units: bigint) => tokens(units, decimals);
  const halving = emission.halvingEpochs === 0n ? 'never halved' : `halved every ${emission.halvingEpochs}`;
  return [
    ['network', `${account.address}, created in slot ${account.birth}`],
    ['state', stateText(facts)],
    ['program', `${PROGRAM_ID}`],
    ['upgrade authority', `${upgradeAuthority ?? 'nobody: the program is final'}`],
    ['authority', `${account.authority}`],
    ...(account.proposedAuthority
      ? [
          ['proposed', `${account.proposedAuthority} becomes the authority once it accepts`] as [
            string,
            string,
          ],
        ]
      : []),
    ['guardian', `${guardianOf(account) ?? 'nobody'}`],
    ['token', `${account.mint}, ${count(decimals, 'decimal')}`],
    ['emission', `${amount(emission.epochCap)} an epoch, ${halving}; ${amount(emission.maxSupply)} in all`],
    ['device cap', `${amount(policy.deviceEpochCap)} an epoch`],
    ['epochs', `at least ${policy.epochSeconds} s, then ${policy.challengeSeconds} s to challenge`],
    ['committee', `version ${committee.version}, ${committee.threshold} of ${committee.keys.length}`],
    ...committee.keys.map((key): [string, string] => ['', new PublicKey(key).toBase58()]),
    ...changesLines(account),
    ['devices', `${registered} registered`],
    ...cuts.map((cut): [string, string] => [
      `cut of epoch ${cut.epoch}`,
      `${time(cut.time)}, ${count(cut.deviceCount, 'device')}, registry ${short(cut.registryHash)}`,
    ]),
    ['pending', pendingText(facts)],
    ['attempts', attemptsText(facts)],
    ...(correctiveEpoch ? [['corrective', correctiveText(account)] as [string, string]] : []),
    [
      'current',
      current.epoch ? `${epochText(current)}, promoted ${time(current.promotedAt)}` : 'no epoch yet',
    ],
    ['earned', `${amount(current.earnedTotal)} since the start`],
    ['paid', `${amount(account.totalPaid)} since the start`],
    ['payout limit', limitText(facts)],
    ['vault', `${amount(vault)} in ${account.vault}`],
  ];
}

/** The delay of changes, and what each announced change alters. */
function changesLines(account: Facts['account']): [string, string][] {
  const { changes, floors } = account;
  const delay = floors.changeDelaySeconds;
  const lines = RULES.flatMap((rule) => {
    const announced = changes[rule];
    return announced ? [announcement(rule, announced.from), ...announcedEffects(account, rule)] : [];
  });
  return [
    ['rule changes', delay > 0 ? `wait ${delay} s if they loosen anything` : 'take effect at once'],
    ...lines.map((line): [string, string] => ['', line]),
  ];
}

const correctiveText = ({ correctiveEpoch, correctiveFrom }: Facts['account']): string =>
  `epoch ${correctiveEpoch}, if it is posted from ${time(correctiveFrom)} on`;

const epochText = ({ epoch, ledgerRoot, datasetHash }: EpochState): string =>
  `epoch ${epoch}, root ${short(ledgerRoot)}, dataset ${short(datasetHash)}`;

function stateText(facts: Facts): string {
  const { account } = facts;
  const until = pauseEnd(account);
  switch (stateOf(facts)) {
    case 'closed':
      return 'CLOSED for ever: nothing can be posted, promoted or settled';
    case 'paused':
      return `PAUSED since ${time(account.pause.since)}, until ${until === null ? 'the authority ends it' : time(until)}`;
    case 'closing':
      return `CLOSING: what was earned is paid until ${time(closableFrom(facts)!)}, and nothing more is earned`;
    case 'open':
      return 'open';
  }
}

function pendingText(facts: Facts): string {
  const { pending } = facts.account;
  if (!pending) return 'nothing';
  const kind = pending.corrective ? ', corrective' : '';
  const demands = pending.openDemands > 0 ? `, ${count(pending.openDemands, 'open demand')}` : '';
  const signed = `signed by ${pending.signers.length} of ${pending.committee.keys.length}`;
  const posted = `attempt ${pending.attempt}${kind}, posted ${time(pending.postedAt)}, ${signed}${demands}`;
  const state = stateOf(facts);
  const due =
    state === 'closed'
      ? 'never promoted'
      : `can be promoted from ${time(promotableFrom(facts.account, facts.now)!)}`;
  return `${epochText(pending)}, ${posted}, ${due}${state === 'paused' ? ', plus the time paused' : ''}`;
}

function attemptsText({ account: { attempt, current, guardianVetoes } }: Facts): string {
  const epoch = current.epoch + 1n;
  if (attempt === 0) return `epoch ${epoch} has not been void`;
  const vetoes = `${guardianVetoes} of ${GUARDIAN_VETOES} vetoes by the guardian`;
  return `epoch ${epoch} was made void, the next attempt is ${attempt} or later; ${vetoes}`;
}

function limitText(facts: Facts): string {
  const { policy, decimals } = facts.account;
  const { limit, paid, left, since } = payoutWindow(facts);
  if (limit === null || left === null) return 'none';
  const now =
    since === null
      ? 'all of it left'
      : `${tokens(paid, decimals)} paid since ${time(since)}, ${tokens(left, decimals)} left`;
  return `${tokens(limit, decimals)} in ${policy.payoutWindowSeconds} s: ${now}`;
}
