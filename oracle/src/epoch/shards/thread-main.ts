/** A thread that `threads.ts` starts: judges and writes shards, one at a time, as it is asked. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import {
  contextOf,
  DomainError,
  judge,
  type Plan,
  type ShardRun,
  type Written,
  write,
} from '../../domain/index';
import type { ShardAnswer, ShardRequest } from './threads';
import { GZIP, type WriteRequest } from './workers';

/** Parts that wait to be stored at most. */
const MOST_UNKEPT = 4;

const context = contextOf(workerData as Plan);
const port = parentPort!;
let unkept = 0;

const tell = (answer: ShardAnswer, moved: ArrayBuffer[] = []): void => port.postMessage(answer, moved);

async function writeShard(
  { shard, judged, reduction }: WriteRequest,
  runs: readonly ShardRun[],
): Promise<Written> {
  const writing = write(context, shard, runs, judged, reduction);
  for (;;) {
    const { value, done } = writing.next();
    while (unkept > (done ? 0 : MOST_UNKEPT - 1)) await once(port, 'message');
    if (done) return value;
    const compressed = Uint8Array.from(gzipSync(value.bytes, GZIP));
    unkept += 1;
    tell({ part: { sha256: value.sha256, compressed } }, [compressed.buffer]);
  }
}

port.on('message', async (request: ShardRequest) => {
  try {
    if ('kept' in request) unkept -= 1;
    else if ('judge' in request) tell({ judged: judge(context, request.judge) });
    else tell({ written: await writeShard(request.write, request.runs) });
  } catch (error) {
    const code = error instanceof DomainError ? error.code : undefined;
    tell({ failed: { code, message: error instanceof Error ? error.message : String(error) } });
  }
});
