import { gunzipSync } from 'node:zlib';
import { sha256, toHex } from '@commonwire/sdk/core';
import idl from '@commonwire/sdk/idl/network.json';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { type Connection, VersionedTransaction } from '@solana/web3.js';
import { readEntry, readPage } from '../../src/domain';
import { entryOf } from '../../src/log/records';
import type { BlobStore } from '../../src/storage/blobs';
import type { Store } from '../../src/storage/store';

/**
 * Observes every effect of an oracle that outlives its process: each write that changes its table, each new blob and
 * each transaction. A kill between two effects has the same outcome as one right after the first, so these are all the
 * points at which a kill can matter.
 */
export interface Watch {
  /** Called before an effect. */
  before(name: string): void;
  /** Called after an effect, before the oracle's code knows of it. */
  after(name: string): void;
}

/** Wraps a store so that every write that changes something is reported by its purpose. */
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

/** The items of a log, by their stored names. */
const RECORDS: Record<string, string> = {
  lane: 'lane',
  closing: 'mark for ending lanes',
  closed: 'ended lanes',
};

/** The facts that an oracle decides once about an epoch, by their stored names. */
const FACTS: Record<string, string> = {
  attempt: 'attempt',
  logs: 'choice of logs',
  signed: 'signature',
  refused: 'refusal',
  witnessed: "peer's signature",
  promoted: 'promoted dataset',
  due: 'turn',
};

/** Returns the purpose of a table's item. @throws Error for an unknown item, which the list of points lacks too */
function nameOf(own: string, partition: string, sort: string, body?: Uint8Array): string {
  const [table, owner, epoch, lane] = partition.split(':');
  if (table === 'registry') return `registry change ${Number(sort)}`;
  if (table === 'registry-cursor') return 'registry cursor';
  if (partition === `log:${own}` && sort === 'open') return `opening of epoch ${read(body).epoch}`;
  if (partition === `log:${own}` && sort === 'refused') return 'counts of refused reports';
  if (table === 'log' && lane !== undefined) {
    const entry = entryOf({ sort, body: body!, version: 1 });
    const what = entry ? `entry with ${[...readEntry(entry)].length} reports` : 'end of a lane';
    return `${what} of epoch ${epoch}`;
  }
  const record = table === 'log' && RECORDS[sort.split(':')[0]!];
  if (record) return `${record} of epoch ${epoch}`;
  if (table === 'sealed') return `seal of epoch ${Number(sort)}`;
  if (table === 'copying') return `copy so far of epoch ${Number(sort)}`;
  if (table === 'copies') return `whole copy of epoch ${Number(sort)}`;
  const fact = ['epoch', 'promoted', 'turns'].includes(table!) && FACTS[sort.split(':')[0]!];
  if (fact) return `${fact} for epoch ${owner}`;
  throw new Error(`a write to ${partition} ${sort} has no name: add it here and to the list of points`);
}

const read = (body: Uint8Array | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(body ?? []).toString('utf8'));

/** Wraps a blob store so that each new blob is reported: a dataset's parts in order, and manifests. */
export function watchedBlobs(blobs: BlobStore, watch: Watch): BlobStore {
  return {
    getCompressed: (address) => blobs.getCompressed(address),
    streamCompressed: (address) => blobs.streamCompressed(address),
    async putCompressed(address, compressed) {
      if (await blobs.getCompressed(address)) return blobs.putCompressed(address, compressed);
      const name = blobName(gunzipSync(compressed));
      watch.before(name);
      await blobs.putCompressed(address, compressed);
      watch.after(name);
    },
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

/** A dataset's groups of parts, each with a field that only its lines have. */
const PARTS = [
  ['registry', 'change'],
  ['reports', 'signature'],
  ['rewards', 'owner'],
  ['state', 'activated'],
  ['reduction', 'heir_of'],
] as const;

function blobName(bytes: Uint8Array): string {
  // Where the first report of a page begins.
  if (Buffer.from(bytes).toString('latin1', 70, 90) === 'commonwire:report:v1')
    return `page with ${[...readPage(bytes)].length} reports`;
  const first = JSON.parse(Buffer.from(bytes).toString('utf8').split('\n', 1)[0]!);
  if (first.parts) return `manifest of epoch ${first.epoch}`;
  const part = PARTS.find(([, field]) => field in first);
  if (!part)
    throw new Error(`a part with ${Object.keys(first)} has no name: add it here and to the list of points`);
  return `${part[0]} of the dataset`;
}

/** Reports every transaction that a connection sends, by its instruction. It is sent, but not confirmed yet. */
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
