import type { OwnerEntry } from '../domain/index';
import type { Oracle } from '../runtime/oracle';
import { recovered } from './recover';

/**
 * Reads the registry and the cuts. The order matters: first the registry is read, then the network, then the logs of
 * cut epochs are sealed, and only then does ingest learn of new devices and owners. So no log can contain a report that
 * depends on a registry change after its epoch's cut.
 */
export async function sync(oracle: Oracle): Promise<void> {
  if (!(await recovered(oracle))) return;
  const unread = await oracle.registry.read();
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
}

function tell({ events }: Oracle, { kind, change }: OwnerEntry): void {
  events.emit(kind, { device: change.index, effectiveEpoch: Number(change.effectiveEpoch) });
}
