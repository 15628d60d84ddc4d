import { randomInt } from 'node:crypto';
import type { ChainNetwork, Sent } from '../chain/chain';
import { factsOf } from '../epoch/facts';
import type { Oracle } from '../runtime/oracle';
import { numberKey } from '../storage/store';

const CHOSEN = 'demands:';

/** What this oracle demands of an attempt. */
interface Chosen {
  readonly attempt: number;
  readonly devices: readonly number[];
}

/**
 * Demands two leaves of a pending epoch whose ledger nobody publishes, once per attempt: whoever signed it must show them or
 * lose the epoch. One is the last, the other can't be foreseen. The choice is stored first: an oracle that was stopped
 * between the two goes on with the same.
 */
export async function demandLeaves(
  { chain, store, events }: Oracle,
  { epoch, attempt, deviceCount, demandable }: NonNullable<ChainNetwork['pending']>,
): Promise<void> {
  const facts = factsOf(store, epoch);
  const done = `demanded:${numberKey(attempt)}`;
  if (!chain.canSend || deviceCount === 0 || (await facts.read(done))) return;
  if (!demandable(await chain.time())) return;
  // The last device's proof also shows whether the tree holds anything beyond it.
  const last = deviceCount - 1;
  const devices = last === 0 ? [last] : [last, randomInt(last)];
  const chosen = await facts.decide<Chosen>(CHOSEN + numberKey(attempt), { attempt, devices });
  for (const device of chosen.devices) {
    const sent = await demandOnce(chain, device);
    if (sent) events.emit('demanded', { epoch, attempt, device, ...sent });
  }
  await facts.decide(done, true);
}

/** Demands a leaf. @returns undefined if somebody has demanded it already: the answer is for everybody */
async function demandOnce(chain: Oracle['chain'], device: number): Promise<Sent | undefined> {
  const isOpen = async () => (await chain.openDemands()).some(({ index }) => index === device);
  if (await isOpen()) return undefined;
  try {
    return await chain.demand(device);
  } catch (error) {
    if (await isOpen()) return undefined;
    throw error;
  }
}

/** Takes back what this oracle staked on demands that nobody answered before their epoch became void. */
export async function withdrawDemands(
  { chain, store }: Oracle,
  { current, pending }: ChainNetwork,
): Promise<void> {
  if (!chain.canSend) return;
  // No epoch is promoted while demands are open, so those of earlier epochs are settled.
  for (const epoch of [current.epoch, current.epoch + 1]) {
    const facts = factsOf(store, epoch);
    for (const { attempt, devices } of await facts.list<Chosen>(CHOSEN)) {
      const done = `withdrawn:${numberKey(attempt)}`;
      if ((pending?.epoch === epoch && pending.attempt === attempt) || (await facts.read(done))) continue;
      for (const index of devices) await chain.withdrawDemand({ epoch, attempt, index });
      await facts.decide(done, true);
    }
  }
}
