import { isValidCell } from 'h3-js';
import { centerOf, PlacedItems } from './grouping';
import type { MapNews, MapTask } from './messages';

const placed = new PlacedItems();

const tell = (news: MapNews, moved: Transferable[]): void => postMessage(news, { transfer: moved });

/** How long groups wait for more items, so that pages that arrive one after another are drawn together. */
const GATHER_MS = 40;
/** The resolution that was asked for last and isn't answered. */
let asked: number | undefined;

function answer(): void {
  const groups = placed.group(asked!);
  asked = undefined;
  const { ids, counts, centers, corners, starts } = groups;
  tell(
    { kind: 'groups', groups },
    [ids, counts, centers, corners, starts].map(({ buffer }) => buffer as ArrayBuffer),
  );
}

addEventListener('message', ({ data }: MessageEvent<MapTask>) => {
  if (data.kind === 'add') placed.add(data.cells);
  else if (data.kind === 'group') {
    if (asked === undefined) setTimeout(answer, GATHER_MS);
    asked = data.resolution;
  } else if (isValidCell(data.cell)) {
    const items = placed.in(data.cell);
    const news = { kind: 'items', cell: data.cell, items, center: centerOf(data.cell) } as const;
    tell(news, [items.buffer as ArrayBuffer]);
  }
});
