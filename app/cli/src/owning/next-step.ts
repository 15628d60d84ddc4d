import { type AssetFacts, amountsOf, clawBackAfter, objectionsEnd } from '@commonwire/sdk/assets';
import { time } from '@commonwire/sdk/core';

type Step = (facts: AssetFacts | null) => string;

const see = 'see commonwire asset show';
const changed: Step = () => `it has changed meanwhile; ${see}`;
/** What only a wrong client meets: the commands name these accounts themselves. */
const mismatch: Step = () =>
  'the accounts do not belong together: check that this version of the software is that of the program';
const config =
  (change: string): Step =>
  () =>
    `in the configuration, change ${change}`;

/** The next step for every code of the assets program. */
export const ASSET_STEPS: Readonly<Record<string, Step>> = {
  'bad-goal': config('price, min_shares and max_shares'),
  'bad-deadline': config('deadline: it must be ahead, by a year at most'),
  'bad-tranches': config('tranches: their dates begin at the deadline and end five years after it at most'),
  'bad-window': config('revenue_window_days'),
  'bad-role': config('builder and authority'),
  'bad-mint': config('payment_mint: it is not a token on this cluster'),
  'freezable-mint': config('payment_mint: take a token that nobody can freeze'),
  'unsupported-extension': config('payment_mint: take a token without this extension'),
  'same-mint': config('network: leave it out, its token is that of payments'),
  'wrong-token-program': mismatch,
  'wrong-vault': mismatch,
  'wrong-escrow': mismatch,
  'wrong-share-mint': mismatch,
  'wrong-shares': () => `the wallet holds fewer shares; ${see} --wallet`,
  'not-authority': changed,
  'not-proposed': changed,
  'not-funding': (facts) =>
    facts?.asset.state === 'funding' ? 'run commonwire asset finalize' : `shares are no longer sold; ${see}`,
  'sold-out': () => 'run commonwire asset finalize; holders may sell their shares',
  'zero-amount': () => 'give an amount above 0',
  'funding-open': (facts) =>
    facts ? `wait until ${time(facts.asset.terms.deadline)}, or until the last share is sold` : see,
  'not-failed': (facts) =>
    facts?.asset.state === 'funding'
      ? `if the goal is missed at ${time(facts.asset.terms.deadline)}, run commonwire asset finalize and then refund`
      : facts?.asset.state === 'clawed-back'
        ? 'its money was clawed back: run commonwire asset redeem'
        : 'it reached its goal: shares can be staked, or sold to somebody else',
  'not-funded': (facts) =>
    facts?.asset.state === 'failed'
      ? 'it missed its goal: run commonwire asset refund'
      : 'funding must end first: run commonwire asset finalize after the deadline',
  'not-building': (facts) => {
    if (facts?.asset.state === 'failed') return 'it missed its goal: run commonwire asset refund';
    if (facts?.asset.state === 'clawed-back')
      return 'holders take back what is left: run commonwire asset redeem';
    if (facts?.asset.state === 'funding') return 'funding must end first: run commonwire asset finalize';
    return `every tranche is paid; ${see}`;
  },
  'tranche-announced': (facts) =>
    facts ? `from ${time(objectionsEnd(facts.asset))} on run commonwire asset pay` : see,
  'no-tranche': () => 'the authority announces the next tranche with commonwire asset announce',
  'tranche-early': (facts) =>
    facts?.asset.firstTrancheFrom
      ? `announce it from ${time(facts.asset.firstTrancheFrom)} on; until then holders stake, so that they can object`
      : see,
  'tranche-late': () => 'holders get back what is left: run commonwire asset claw-back and then redeem',
  'objections-open': (facts) => (facts ? `pay it from ${time(objectionsEnd(facts.asset))} on` : see),
  'objections-over': () => 'it is paid unless a third objected in time; shares can still be sold',
  objected: () =>
    'the authority may announce it again with better evidence, or run commonwire asset claw-back',
  'objected-already': () => `your objection counts; ${see}`,
  'nothing-to-object': () =>
    'only shares staked before the announcement count: stake now, so that you can object to the next tranche',
  'stake-locked': (facts) => (facts ? `it is free from ${time(objectionsEnd(facts.asset))} on` : see),
  'claw-back-closed': (facts) =>
    facts
      ? `anyone can open it after ${time(clawBackAfter(facts.asset))}; until then the authority can`
      : see,
  'not-clawed-back': (facts) =>
    facts?.asset.state === 'failed'
      ? 'it missed its goal: run commonwire asset refund'
      : 'shares can be sold to somebody else, or redeemed once the money is clawed back',
  'wrong-stake': mismatch,
  'stake-too-small': () => 'leave out --shares to take out all',
  'stake-not-empty': () => 'run commonwire asset unstake and commonwire asset claim first',
  'no-stream': () => 'the asset shares out the payment token alone: leave out --stream',
  'nothing-arrived': () => 'somebody else has swept it, or nothing was paid yet',
  'nothing-to-claim': () => 'income accrues second by second: try again later',
  'no-permits-needed': () => 'anybody may hold these shares',
  'not-permitted': (facts) =>
    `the wallet needs a permit of ${facts?.asset.compliance ?? 'the compliance authority'}, who gives it with commonwire asset permit`,
  'wrong-permit': mismatch,
  'owner-not-fixed': () => "only a wallet's associated account can be thawed: move the shares there",
  'wrong-payer': changed,
  'wrong-destination': mismatch,
  'still-held': (facts) =>
    facts
      ? `${amountsOf(facts).shares(facts.supply)} and ${facts.asset.stakes} stakes are left: holders must refund or redeem, and stakes be closed with commonwire asset close-stake`
      : see,
  'wrong-network': config('network: it is not a network on this cluster'),
  'wrong-reward': config('network: it must pay in a token that the asset shares out'),
  overflow: () => 'give a smaller amount',
  'nothing-to-sync': () => 'the wallet has neither shares nor a stake',
  'wrong-address': () => 'an asset was created under this id before: give another --id',
};

/** The next step after the program refused with `code`; without facts, the asset isn't there yet. */
export const assetStep = (code: string, facts: AssetFacts | null): string =>
  ASSET_STEPS[code]?.(facts) ??
  'check that the payer has SOL for fees and rent, that the wallet has the tokens, and the asset with commonwire asset show';
