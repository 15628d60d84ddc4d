import { sha256, toHex } from '@commonwire/sdk/core';
import idl from '@commonwire/sdk/idl/network.json';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { type Connection, VersionedTransaction } from '@solana/web3.js';
import type { BlobStore } from '../../src/storage/blobs';
import type { Store } from '../../src/storage/store';

/**
 * Told of every effect an oracle has on what outlives its process: each write to its table that changes it, each new
 * blob, each transaction. A kill between two effects leaves what a kill right after the first leaves, so these are all
 * the points at which one can matter.
 */
export interface Watch {
  /** About to happen. */
  before(name: string): void;
  /** Has happened, and the oracle's code doesn't know it yet. */
  after(name: string): void;
}

/** The store, with every write that would change something told by what it is for. */
export function watchedStore(store: Store, own: string, watch: Watch): Store {
  const write = async <T>(name: string, changes: boolean, act: () => Promise<T>): Promise<T> => {
    if (!changes) return act();
    watch.before(name);
    const result = await act();
    watch.after(name);
    return result;
  };
  return {
    get: (partition, sort) => store.get(partition, sort),
    query: (partition, range) => store.query(partition, range),
    counters: (partition, sort) => store.counters(partition, sort),
    insert: async (partition, sort, body) =>
      write(nameOf(own, partition, sort, body), !(await store.get(partition, sort)), () =>
        store.insert(partition, sort, body),
      ),
    replace: async (partition, sort, version, body) => {
      const there = await store.get(partition, sort);
      const changes = there?.version === version && Buffer.compare(there.body, body) !== 0;
      return write(nameOf(own, partition, sort, body), changes, () =>
        store.replace(partition, sort, version, body),
      );
    },
    count: (partition, sort, amounts) =>
      write(nameOf(own, partition, sort), true, () => store.count(partition, sort, amounts)),
  };
}

/** What an oracle decides once about an epoch, by how it names it. */
const FACTS: Record<string, string> = {
  attempt: 'attempt',
  logs: 'choice of logs',
  signed: 'signature',
  refused: 'refusal',
  witnessed: "peer's signature",
  promoted: 'promoted dataset',
  due: 'turn',
};

/** What an item of the table is for. @throws Error for one that has no name: then the list of points lacks it too */
function nameOf(own: string, partition: string, sort: string, body?: Uint8Array): string {
  const [table, owner, epoch] = partition.split(':');
  if (table === 'registry') return `registry change ${Number(sort)}`;
  if (table === 'registry-cursor') return 'registry cursor';
  if (partition === `log:${own}` && sort === 'open') return `opening of epoch ${read(body).epoch}`;
  if (partition === `log:${own}` && sort === 'refused') return 'counts of refused reports';
  if (table === 'log') {
    const record = 'head' in read(body) ? 'seal' : `entry ${Number(sort)}`;
    return `${owner === own ? '' : 'copy of '}${record} of epoch ${epoch}`;
  }
  if (table === 'copies') return `whole copy of epoch ${Number(sort)}`;
  const fact = table === 'epoch' && FACTS[sort.split(':')[0]!];
  if (fact) return `${fact} for epoch ${owner}`;
  throw new Error(`a write to ${partition} ${sort} has no name: add it here and to the list of points`);
}

const read = (body: Uint8Array | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(body ?? []).toString('utf8'));

/** The blobs, with each new one told: the parts of a dataset in the order they come, and manifests. */
export function watchedBlobs(blobs: BlobStore, watch: Watch): BlobStore {
  return {
    getCompressed: (address) => blobs.getCompressed(address),
    async put(bytes) {
      if (await blobs.getCompressed(toHex(sha256(bytes)))) return blobs.put(bytes);
      const name = blobName(bytes);
      watch.before(name);
      const address = await blobs.put(bytes);
      watch.after(name);
      return address;
    },
  };
}

/** A dataset's parts and a field that only the lines of that part have. */
const PARTS = [
  ['registry', 'change'],
  ['reports', 'signature'],
  ['rewards', 'owner'],
  ['state', 'activated'],
] as const;

function blobName(bytes: Uint8Array): string {
  const first = JSON.parse(Buffer.from(bytes).toString('utf8').split('\n', 1)[0]!);
  if (first.parts) return `manifest of epoch ${first.epoch}`;
  const part = PARTS.find(([, field]) => field in first);
  if (!part)
    throw new Error(`a part with ${Object.keys(first)} has no name: add it here and to the list of points`);
  return `${part[0]} of the dataset`;
}

/** Tells of every transaction a connection sends, by the program's instruction; it is sent, not confirmed. */
export function watchTransactions(connection: Connection, watch: Watch): Connection {
  const send = connection.sendEncodedTransaction.bind(connection);
  connection.sendEncodedTransaction = async (encoded, options) => {
    const name = `transaction ${instructionOf(Buffer.from(encoded, 'base64'))}`;
    watch.before(name);
    const signature = await send(encoded, options);
    watch.after(name);
    return signature;
  };
  return connection;
}

function instructionOf(wire: Uint8Array): string {
  const { message } = VersionedTransaction.deserialize(wire);
  const names = message.compiledInstructions
    .filter(({ programIdIndex }) => message.staticAccountKeys[programIdIndex]?.equals(PROGRAM_ID))
    .map(({ data }) => idl.instructions.find(({ discriminator }) => discriminator[0] === data[0])?.name);
  return names.length > 0 ? names.join(', ') : 'of accounts';
}
