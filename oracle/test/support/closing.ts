import { type CloseResult, close, type Log } from '../../src/domain';
import type { Oracle } from '../../src/runtime/oracle';
import { type Closable, closeInputOf } from '../../src/tasks/close';

/** Closes the epoch with these logs in memory, without side effects. @throws DomainError */
export const closeWith = (oracle: Oracle, due: Closable, logs: readonly Log[]): CloseResult =>
  close(closeInputOf(oracle, due, logs));

/** Stores a dataset as an oracle does: its parts first. */
export async function storeDataset(
  { blobs }: Oracle,
  { parts, manifestBytes }: Pick<CloseResult, 'parts' | 'manifestBytes'>,
): Promise<void> {
  for (const { bytes } of parts) await blobs.put(bytes);
  await blobs.put(manifestBytes);
}
