import { type Asset, LATE_SECONDS, OBJECTION_SECONDS, PAYING_SECONDS } from './accounts';
import { BASIS_POINTS } from './terms';

/** What was raised, base units of the payment token. */
export const raised = ({ sold, terms }: Asset): bigint => sold * terms.price;

/** What a tranche pays or has paid: parts are rounded down, and the last is the rest. */
export function trancheAmount(asset: Asset, at: number): bigint {
  const { tranches } = asset.terms;
  const part = (of: number) => (raised(asset) * BigInt(tranches[of]!.part)) / BigInt(BASIS_POINTS);
  if (at < tranches.length - 1) return part(at);
  return tranches.slice(0, -1).reduce((rest, _, earlier) => rest - part(earlier), raised(asset));
}

/** When the announced tranche can be paid, and no objection comes any more. */
export const objectionsEnd = ({ announcement }: Asset): bigint =>
  announcement ? announcement.announcedAt + OBJECTION_SECONDS : 0n;

/**
 * After when anyone may open the claw-back: once the next tranche can't be announced any more, the one that is announced
 * can't be objected to, and what could be paid has waited for long.
 */
export function clawBackAfter(asset: Asset): bigint {
  const { terms, nextTranche, announcement } = asset;
  const late = (terms.tranches[nextTranche]?.date ?? 0n) + LATE_SECONDS;
  if (!announcement?.open) return late;
  const held = objectionsEnd(asset) + (isObjected(asset) ? 0n : PAYING_SECONDS);
  return held > late ? held : late;
}

/** Whether more than a third of all shares sold object: the tranche isn't paid. */
export const isObjected = ({ announcement, sold }: Asset): boolean =>
  (announcement?.objections ?? 0n) * 3n > sold;

/** The state of the tranche to be paid next; null if none is left, or it is not the time for them. */
export function trancheState(asset: Asset, now: bigint): 'due' | 'announced' | 'payable' | 'objected' | null {
  const { announcement, state, nextTranche, terms } = asset;
  if (state !== 'funded' || nextTranche >= terms.tranches.length) return null;
  if (!announcement?.open) return 'due';
  if (now < objectionsEnd(asset)) return 'announced';
  return isObjected(asset) ? 'objected' : 'payable';
}
