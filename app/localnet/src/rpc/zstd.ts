const MAGIC = 0xfd2fb528;
/** One segment, content size in four bytes, no checksum and no dictionary (RFC 8878, section 3.1.1.1). */
const DESCRIPTOR = 0b1010_0000;
const MAX_BLOCK_BYTES = 128 * 1024;

/**
 * Wraps bytes in a Zstandard frame of stored blocks, which every decoder reads. Clients ask for `base64+zstd` to save
 * the network, and there is none on loopback; Node has no encoder before 22.15, and one in WebAssembly would be the
 * largest dependency of this package.
 */
export function zstdFrame(data: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt8(DESCRIPTOR, 4);
  header.writeUInt32LE(data.length, 5);
  const parts: Buffer[] = [header];
  let offset = 0;
  do {
    const block = data.subarray(offset, offset + MAX_BLOCK_BYTES);
    offset += block.length;
    const isLast = offset >= data.length ? 1 : 0;
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE((block.length << 3) | isLast, 0, 3);
    parts.push(blockHeader, block);
  } while (offset < data.length);
  return Buffer.concat(parts);
}
