import type { OwnerEntry } from '../domain/index';
import type { Unread } from '../registry/reader';
import { recoverRegistry } from '../registry/recovery';
import type { Oracle } from '../runtime/oracle';
import { recovered } from './recover';

/**
 * Reads the registry and the cuts. The order matters: first the registry is read, then the network, then the logs of
 * cut epochs are sealed, and only then does ingest learn of new devices and owners. So no log can contain a report that
 * depends on a registry change after its epoch's cut.
 * @throws OracleError `registry-incomplete`, `registry-differs` after all of that, if changes are missing
 */
export async function sync(oracle: Oracle): Promise<void> {
  if (!(await recovered(oracle))) return;
  const unread = await readRegistry(oracle);
  const { latestCut } = await oracle.chain.readNetwork('final');
  for (const { epoch, entries, head } of await oracle.log.seal(latestCut.epoch))
    oracle.events.emit('sealed', { epoch, entries, head });
  const before = oracle.registry.known.deviceCount;
  await oracle.registry.save(unread);
  const total = oracle.registry.known.deviceCount;
  if (total > before) oracle.events.emit('registered', { added: total - before, total });
  for (const entry of unread.changes) if (entry.kind !== 'registered') tell(oracle, entry);
  // This comes last, because ingest accepts reports from here on and must know the devices.
  await oracle.log.start(latestCut.epoch + 1);
  if (unread.incomplete) throw unread.incomplete;
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
