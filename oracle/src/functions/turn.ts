import type { OracleEvents } from '../runtime/events';
import type { Oracle } from '../runtime/oracle';
import { takeLease } from '../storage/lease';
import { FOLLOWED, following, type Send, type WorkName } from './work';

/** How long a lease outlives the invocation that took it, if that is killed: clocks of two machines may differ. */
const LEASE_MARGIN_MS = 5_000;
/** How long before its time limit a function begins nothing more. */
const END_MS = 15_000;

/** One invocation that works in the background. */
export interface Invocation {
  readonly name: WorkName;
  /** Tells it from others, in the lease. */
  readonly id: string;
  /** Milliseconds until it is ended by force. */
  readonly ms: number;
}

/** What it does; `until` is when that should have ended, milliseconds of the oracle's clock. */
export type Work = (oracle: Oracle, until: number) => Promise<void>;

/**
 * Works under the lease of this name, and then asks for what is worth doing next, so that epochs don't wait for schedules.
 * While another invocation works nothing is done, since that one does what there is to do.
 * @returns whether it had the lease
 */
export async function takeTurn(
  oracle: Oracle,
  { name, id, ms }: Invocation,
  work: Work,
  send: Send,
): Promise<boolean> {
  const now = oracle.now();
  const end = now + ms;
  const lease = await takeLease(oracle.store, name, { owner: id, now, until: end + LEASE_MARGIN_MS });
  if (!lease) return false;
  const happened = new Set<keyof OracleEvents>();
  const noting = FOLLOWED.map((event) => [event, () => void happened.add(event)] as const);
  for (const [event, note] of noting) oracle.events.on(event, note);
  try {
    await oracle.registry.refresh();
    await work(oracle, end - END_MS);
    await oracle.vitals.saveTask(name, lease.token);
  } finally {
    for (const [event, note] of noting) oracle.events.off(event, note);
    await lease.release();
    for (const next of following(happened)) await send(next);
  }
  return true;
}
