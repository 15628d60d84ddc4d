import type { PartReference } from '../domain/index';
import { type BlobStore, readBlob } from '../storage/blobs';

/** Parts kept in memory, bytes: those of the last datasets of some 100,000 devices. */
const KEPT_BYTES = 192 * 1024 * 1024;
const LINE_FEED = 10;
/** Parts whose range of devices is remembered. */
const KEPT_RANGES = 20_000;

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Finds a device's lines among the parts of reports, which are sorted by device. Parts are found by bisection and kept
 * in memory as long as there is room, so that a request needn't unpack whole datasets.
 */
export class ReportLines {
  /** In order of their last use, oldest first. */
  private readonly kept = new Map<string, Buffer>();
  private keptBytes = 0;
  private readonly reading = new Map<string, Promise<Buffer | undefined>>();
  private readonly ranges = new Map<string, Range>();

  constructor(
    private readonly blobs: BlobStore,
    private readonly maxBytes = KEPT_BYTES,
  ) {}

  /** Keeps a part in memory. */
  keep(sha256: string, bytes: Uint8Array): void {
    const part = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const there = this.kept.get(sha256);
    if (there) {
      this.kept.delete(sha256);
      this.keptBytes -= there.length;
    }
    this.kept.set(sha256, part);
    this.keptBytes += part.length;
    for (const [name, { length }] of this.kept) {
      if (this.keptBytes <= this.maxBytes || name === sha256) break;
      this.kept.delete(name);
      this.keptBytes -= length;
    }
  }

  /** Returns a device's lines in order. Lines of parts that this oracle doesn't have are missing. */
  async of(parts: readonly PartReference[], device: number): Promise<string[]> {
    let [low, high] = [0, parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = await this.range(parts[middle]!);
      if (!range) return [];
      if (range.last >= device) high = middle;
      else low = middle + 1;
    }
    const lines: string[] = [];
    for (const reference of parts.slice(low)) {
      const range = await this.range(reference);
      if (!range || range.first > device) break;
      const part = await this.part(reference.sha256);
      if (part) lines.push(...linesOf(part, device));
    }
    return lines;
  }

  private async range({ sha256 }: PartReference): Promise<Range | undefined> {
    const known = this.ranges.get(sha256);
    if (known) return known;
    const part = await this.part(sha256);
    if (!part || part.length === 0) return undefined;
    const range = { first: deviceAt(part, 0), last: deviceAt(part, lineStart(part, part.length - 1)) };
    if (this.ranges.size >= KEPT_RANGES) this.ranges.delete(this.ranges.keys().next().value!);
    this.ranges.set(sha256, range);
    return range;
  }

  private async part(sha256: string): Promise<Buffer | undefined> {
    const kept = this.kept.get(sha256);
    if (kept) {
      this.keep(sha256, kept);
      return kept;
    }
    const reading = this.reading.get(sha256) ?? this.read(sha256);
    this.reading.set(sha256, reading);
    return reading.finally(() => this.reading.delete(sha256));
  }

  private async read(sha256: string): Promise<Buffer | undefined> {
    const bytes = await readBlob(this.blobs, sha256);
    if (!bytes) return undefined;
    this.keep(sha256, bytes);
    return this.kept.get(sha256);
  }
}

/** Returns the lines of a device in a part, found by bisection. */
function linesOf(part: Buffer, device: number): string[] {
  let [low, high] = [0, part.length];
  while (low < high) {
    const start = lineStart(part, (low + high) >> 1);
    if (deviceAt(part, start) >= device) high = start;
    else low = part.indexOf(LINE_FEED, start) + 1;
  }
  const lines: string[] = [];
  for (let start = low; start < part.length; ) {
    if (deviceAt(part, start) !== device) break;
    const end = part.indexOf(LINE_FEED, start);
    lines.push(part.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

/** Returns where the line at a position begins. The line feed at a line's end belongs to it. */
const lineStart = (part: Buffer, at: number): number =>
  at === 0 ? 0 : part.lastIndexOf(LINE_FEED, at - 1) + 1;

/** Reads the device at the beginning of a line: they are canonical JSON, `{"device":7,...`. */
function deviceAt(part: Buffer, start: number): number {
  const from = start + '{"device":'.length;
  return Number(part.toString('latin1', from, part.indexOf(',', from)));
}
