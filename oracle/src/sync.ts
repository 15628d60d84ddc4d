import type { Oracle } from './oracle';

/**
 * Reads the registry and the cuts. The order matters: the registry is read before the network, logs of cut epochs are
 * sealed next, and only then do new devices become known to ingest. So no log can hold a report of a device that the
 * cut of its epoch doesn't have.
 */
export async function sync(oracle: Oracle): Promise<void> {
  const unread = await oracle.registry.read();
  const { latestCut } = await oracle.chain.readNetwork('settled');
  for (const { epoch, entries, head } of await oracle.log.seal(latestCut.epoch))
    oracle.events.emit('sealed', { epoch, entries, head });
  const added = await oracle.registry.save(unread);
  if (added > 0) oracle.events.emit('registered', { added, total: oracle.registry.known.deviceCount });
  // Last, because from here on ingest takes reports: it must know the devices.
  await oracle.log.start(latestCut.epoch + 1);
}
