import { setTimeout as pause } from 'node:timers/promises';
import { encodeReport } from '@commonwire/sdk/device';
import { BatchLog } from '../../oracle/src/log/batch-log';
import { localSigner } from '../../oracle/src/runtime/keys';
import type { Store } from '../../oracle/src/storage/store';
import { committee, identity, makeDevice, makeReport, NOON, oracles } from '../../oracle/test/domain/support';
import { SharedMemory } from '../../oracle/test/support/shared-memory';
import { decimals, type Suite } from './figures';

/** How long a write takes: far longer than in DynamoDB, so that one busy process can stand for many writers. */
const WRITE_MS = 200;
/** How long each number of writers appends, seconds. */
const SECONDS = 5;
/** Reports of an append. */
const BATCH = 10;

/**
 * Measures how much more 64 writers append than 16, each with one request at a time, to a store where every write takes its
 * time and those of one item come one after another; and how many of their writes are refused and so have to be repeated.
 */
export const lanesSuite: Suite = async (progress) => {
  const counts: number[] = [];
  let [entries, refused] = [0, 0];
  for (const writers of [16, 64]) {
    progress(`${writers} writers append for ${SECONDS} s`);
    const done = await appendedBy(writers);
    counts.push(done.entries);
    entries += done.entries;
    refused += done.refused;
  }
  return [
    { name: 'ingest.lanes.scaling', value: decimals(counts[1]! / counts[0]!, 2), unit: 'times' },
    { name: 'ingest.refused_writes_per_entry', value: decimals(refused / entries, 4), unit: 'writes' },
  ];
};

async function appendedBy(writers: number): Promise<{ entries: number; refused: number }> {
  const memory = new SharedMemory(() => 0);
  const processes = Array.from({ length: writers }, () => memory.process());
  const busy = new Map<string, Promise<unknown>>();
  const logs = processes.map(
    ({ store, blobs }) =>
      new BatchLog({
        store: withLatency(store, busy),
        blobs,
        network: identity.network,
        oracle: committee[0]!,
        signer: localSigner(oracles[0]!.secretKey),
        now: Date.now,
      }),
  );
  await logs[0]!.start(1);
  const device = makeDevice(0);
  const signature = new Uint8Array(64);
  const batch = Array.from({ length: BATCH }, (_, i) => ({
    bytes: encodeReport(makeReport(device, { start: NOON + 60 * i })),
    signature,
  }));
  const end = performance.now() + SECONDS * 1000;
  let entries = 0;
  await Promise.all(
    logs.map(async (log) => {
      for (; performance.now() < end; entries++) await log.append(batch);
    }),
  );
  return { entries, refused: processes.reduce((sum, one) => sum + one.refused.length, 0) };
}

/** A store whose writes take their time, those of one item one after another. */
function withLatency(store: Store, busy: Map<string, Promise<unknown>>): Store {
  const write = <T>(partition: string, sort: string, work: () => Promise<T>): Promise<T> => {
    const item = `${partition}/${sort}`;
    const written = (busy.get(item) ?? Promise.resolve()).then(() => pause(WRITE_MS)).then(work);
    busy.set(item, written);
    const forget = () => void (busy.get(item) === written && busy.delete(item));
    written.then(forget, forget);
    return written;
  };
  return {
    ...store,
    insert: (partition, sort, body) => write(partition, sort, () => store.insert(partition, sort, body)),
    replace: (partition, sort, version, body) =>
      write(partition, sort, () => store.replace(partition, sort, version, body)),
    count: (partition, sort, amounts) => write(partition, sort, () => store.count(partition, sort, amounts)),
  };
}
