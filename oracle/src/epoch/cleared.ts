import type { ChainArea, Manifest, PartReference } from '../domain/index';
import { type BlobStore, readBlob } from '../storage/blobs';
import { parseJson } from '../storage/store';
import { type ClearingHead, clearingHead, linesIn, readArea } from './market-lines';

/** An area and what an epoch cleared there, by interval. */
interface ClearedArea extends ChainArea {
  readonly market: string;
  readonly clearings: readonly ClearingHead[];
}

/** What an epoch cleared, by the H3 cell. */
export type Cleared = ReadonlyMap<string, readonly ClearedArea[]>;

/** Datasets that are remembered, and intervals of areas in all of them. */
const [KEPT, KEPT_CLEARINGS] = [512, 500_000];

/** What promoted epochs cleared: read once of each dataset, since it never changes. */
export class ClearedEpochs {
  /** In order of their last use, oldest first. */
  private readonly kept = new Map<string, { readonly cleared: Cleared; readonly clearings: number }>();
  private readonly reading = new Map<string, Promise<Cleared | undefined>>();
  private clearings = 0;

  constructor(private readonly blobs: BlobStore) {}

  /** What a dataset cleared, if that is remembered. */
  known(dataset: string): Cleared | undefined {
    const there = this.kept.get(dataset);
    if (!there) return undefined;
    this.kept.delete(dataset);
    this.kept.set(dataset, there);
    return there.cleared;
  }

  /** What a dataset cleared; undefined if this oracle doesn't have all of it. */
  of(dataset: string): Promise<Cleared | undefined> {
    const reading =
      this.reading.get(dataset) ?? this.read(dataset).finally(() => this.reading.delete(dataset));
    this.reading.set(dataset, reading);
    return reading;
  }

  private async read(dataset: string): Promise<Cleared | undefined> {
    const manifest = await readBlob(this.blobs, dataset);
    if (!manifest) return undefined;
    const { book = [], clearings = [] } = (parseJson(manifest) as Manifest).parts;
    const areas = await this.linesOf(book, readArea);
    const heads = await this.linesOf(clearings, clearingHead);
    if (!areas || !heads) return undefined;
    const byArea = new Map<string, ClearingHead[]>();
    for (const head of heads) {
      const there = byArea.get(head.area);
      if (there) there.push(head);
      else byArea.set(head.area, [head]);
    }
    const cleared = new Map<string, ClearedArea[]>();
    for (const area of areas) {
      const there = cleared.get(area.cell) ?? [];
      cleared.set(area.cell, [...there, { ...area, clearings: byArea.get(area.address) ?? [] }]);
    }
    this.keep(dataset, cleared, heads.length);
    return cleared;
  }

  /** What is read of the lines of some parts; undefined if one isn't stored here. */
  private async linesOf<T>(
    parts: readonly PartReference[],
    read: (line: string) => T | undefined,
  ): Promise<T[] | undefined> {
    const found: T[] = [];
    for (const { sha256 } of parts) {
      const bytes = await readBlob(this.blobs, sha256);
      if (!bytes) return undefined;
      for (const line of linesIn(bytes)) {
        const one = read(line);
        if (one !== undefined) found.push(one);
      }
    }
    return found;
  }

  private keep(dataset: string, cleared: Cleared, clearings: number): void {
    this.kept.set(dataset, { cleared, clearings });
    this.clearings += clearings;
    for (const [name, one] of this.kept) {
      if (name === dataset || (this.kept.size <= KEPT && this.clearings <= KEPT_CLEARINGS)) break;
      this.kept.delete(name);
      this.clearings -= one.clearings;
    }
  }
}
