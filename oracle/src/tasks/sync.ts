import type { OwnerEntry } from '../domain/index';
import type { Oracle } from '../runtime/oracle';

/**
 * Reads the registry and the cuts. The order matters: the registry is read before the network, logs of cut epochs are
 * sealed next, and only then do new devices and owners become known to ingest. So no log can hold a report by a change of
 * the registry that the cut of its epoch doesn't have.
 */
export async function sync(oracle: Oracle): Promise<void> {
  const unread = await oracle.registry.read();
  const { latestCut } = await oracle.chain.readNetwork('final');
  for (const { epoch, entries, head } of await oracle.log.seal(latestCut.epoch))
    oracle.events.emit('sealed', { epoch, entries, head });
  const before = oracle.registry.known.deviceCount;
  await oracle.registry.save(unread);
  const total = oracle.registry.known.deviceCount;
  if (total > before) oracle.events.emit('registered', { added: total - before, total });
  for (const entry of unread.changes) if (entry.kind !== 'registered') tell(oracle, entry);
  // Last, because from here on ingest takes reports: it must know the devices.
  await oracle.log.start(latestCut.epoch + 1);
}

function tell({ events }: Oracle, { kind, change }: OwnerEntry): void {
  events.emit(kind, { device: change.index, effectiveEpoch: Number(change.effectiveEpoch) });
}
