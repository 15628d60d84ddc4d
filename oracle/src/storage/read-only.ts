import { createHash } from 'node:crypto';
import type { BlobStore } from './blobs';
import type { Store } from './store';

/** A store in which every write finds its place taken, for those who only show what is there. */
export const readOnlyStore = (store: Store): Store => ({
  get: (partition, sort) => store.get(partition, sort),
  query: (partition, range) => store.query(partition, range),
  counters: (partition, sort) => store.counters(partition, sort),
  insert: async () => false,
  replace: async () => false,
  count: async () => undefined,
});

/** Blobs of which none is added: what a peer served is checked and used, and not kept. */
export const readOnlyBlobs = (blobs: BlobStore): BlobStore => ({
  ...blobs,
  put: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
  putCompressed: async () => undefined,
});
