import type { ChainNetwork } from '../chain/chain';
import type { OwnerEntry } from '../domain/index';
import { currentState } from '../epoch/dataset';
import type { Unread } from '../registry/reader';
import { recoverRegistry } from '../registry/recovery';
import { atMost } from '../runtime/deadline';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { recovered } from './recover';

/** The most milliseconds that a round waits for the current dataset. */
const STATE_MS = 2_000;

/** How far this machine's clock may be ahead of the chain's when a log is sealed, milliseconds. */
const MOST_AHEAD_MS = 86_400_000;

/**
 * Seals the logs of epochs that are cut, and reads the registry. Sealing comes first and waits for nothing else. The order
 * of the rest matters: first the registry is read, then the network, then the logs of cut epochs are sealed, and only then
 * does ingest learn of new devices and owners. So no log can contain a report that depends on a registry change after its
 * epoch's cut.
 * @throws OracleError `registry-incomplete`, `registry-differs` after all of that, if changes are missing; or why the
 * registry couldn't be read
 */
export async function sync(oracle: Oracle): Promise<void> {
  if (!(await recovered(oracle))) return;
  const network = await seal(oracle);
  // So that ingest knows what is in the current dataset. Whoever needs it meets a failure.
  await atMost(
    STATE_MS,
    currentState(oracle, network).catch(() => undefined),
  );
  const unread = await readRegistry(oracle);
  const isOpen = (await oracle.log.openEpoch()) !== undefined;
  if (unread.changes.length > 0 || !isOpen) {
    const { latestCut } = await seal(oracle);
    const before = oracle.registry.known.deviceCount;
    await oracle.registry.save(unread);
    const total = oracle.registry.known.deviceCount;
    if (total > before) oracle.events.emit('registered', { added: total - before, total });
    for (const entry of unread.changes) if (entry.kind !== 'registered') tell(oracle, entry);
    // This comes last, because ingest accepts reports from here on and must know the devices.
    if (unread.left === 0 && unread.failure === undefined) await oracle.log.start(latestCut.epoch + 1);
  } else await oracle.registry.save(unread);
  if (unread.failure !== undefined) throw unread.failure;
  if (unread.incomplete) throw unread.incomplete;
}

/** Seals the logs of all epochs that are cut. @returns the network by which they are */
async function seal(oracle: Oracle): Promise<ChainNetwork> {
  const network = await oracle.chain.readNetwork('final');
  if (!(await oracle.log.isPast(network.latestCut.epoch))) await requireClock(oracle);
  for (const { epoch, reports, root } of await oracle.log.seal(network.latestCut.epoch))
    oracle.events.emit('sealed', { epoch, reports, root });
  await oracle.log.forget(network.current.epoch);
  return network;
}

/**
 * No later log may be sealed before the time that a head says, so that one sealed by a clock that is far ahead would make all
 * that follow it worthless.
 * @throws OracleError `clock-ahead`
 */
async function requireClock({ chain, now }: Oracle): Promise<void> {
  const ahead = now() - (await chain.time()) * 1000;
  if (ahead > MOST_AHEAD_MS)
    throw new OracleError(
      'clock-ahead',
      `this machine's clock is ${Math.round(ahead / 1000)} s ahead of the chain's, so that no log is sealed: check the clock, and the RPC node`,
    );
}

/** Reads new changes from the RPC node, or those that it no longer has from the current dataset. */
async function readRegistry(oracle: Oracle): Promise<Unread> {
  const unread = await oracle.registry.read();
  if (!unread.incomplete || unread.changes.length > 0) return unread;
  const adopted = await recoverRegistry(oracle);
  if (!adopted) return unread;
  const { changes, epoch } = adopted;
  const { code } = unread.incomplete;
  oracle.events.emit('adopted', { changes: changes.length, epoch, code });
  return adopted;
}

function tell({ events }: Oracle, { kind, change }: OwnerEntry): void {
  events.emit(kind, { device: change.index, effectiveEpoch: Number(change.effectiveEpoch) });
}
