import type { Readable } from 'node:stream';

/** The most that an MQTT packet's length takes, bytes. */
const LENGTH_BYTES = 4;

/**
 * Destroys a stream of MQTT packets as soon as one says that it is longer than allowed: the client would keep it in memory
 * until it is complete.
 */
export function limitPackets(stream: Readable, mostBytes: number): void {
  // Bytes to come of the packet; its type, and what is read of its length.
  let [left, isType, length, places] = [0, true, 0, 0];
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const skipped = Math.min(left, chunk.length - at);
        [left, at] = [left - skipped, at + skipped];
        continue;
      }
      const byte = chunk[at++]!;
      if (isType) {
        [isType, length, places] = [false, 0, 0];
        continue;
      }
      length += (byte & 0x7f) * 128 ** places++;
      if (byte >= 0x80 && places < LENGTH_BYTES) continue;
      if (byte >= 0x80 || length > mostBytes) {
        stream.destroy(new Error(`a message of ${length} bytes is longer than ${mostBytes}`));
        return;
      }
      [left, isType] = [length, true];
    }
  });
}
