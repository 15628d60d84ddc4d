import { useCallback, useEffect, useRef, useState } from 'react';
import type { Groups, MapNews, MapTask } from './messages';

/** The items of one cell. */
export interface Listed {
  cell: string;
  items: Uint32Array;
  center: readonly [number, number];
}

/**
 * Groups items by cells in a worker, so that the page goes on meanwhile. `pages` of cells are added as they arrive; other
 * pages begin anew.
 */
export function usePlaces(given: {
  pages: readonly (readonly (string | null)[])[];
  selected: string | null;
}): {
  groups: Groups | undefined;
  listed: Listed | undefined;
  failed: string | undefined;
  /** Asks for groups of another resolution. */
  group: (resolution: number) => void;
} {
  const { pages, selected } = given;
  const [groups, setGroups] = useState<Groups>();
  const [listed, setListed] = useState<Listed>();
  const [failed, setFailed] = useState<string>();
  const worker = useRef<Worker>(undefined);
  const added = useRef<readonly (readonly (string | null)[])[]>([]);
  const start = useCallback(() => {
    worker.current?.terminate();
    const started = new Worker(new URL('./map-worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<MapNews>) => {
      if (data.kind === 'groups') setGroups(data.groups);
      else setListed(data);
    };
    started.onerror = ({ message }) => setFailed(message);
    worker.current = started;
    added.current = [];
    return started;
  }, []);
  useEffect(
    () => () => {
      worker.current?.terminate();
      worker.current = undefined;
    },
    [],
  );
  useEffect(() => {
    const goesOn = worker.current && added.current.every((page, at) => page === pages[at]);
    const to = goesOn ? worker.current! : start();
    const ask = (task: MapTask) => to.postMessage(task);
    for (const cells of pages.slice(added.current.length)) ask({ kind: 'add', cells });
    added.current = pages;
  }, [pages, start]);
  useEffect(() => {
    setListed((before) => (before?.cell === selected ? before : undefined));
    if (selected !== null && pages.length > 0)
      worker.current?.postMessage({ kind: 'list', cell: selected } satisfies MapTask);
  }, [pages, selected]);
  const group = useCallback(
    (resolution: number) => worker.current?.postMessage({ kind: 'group', resolution } satisfies MapTask),
    [],
  );
  return { groups, listed: listed?.cell === selected ? listed : undefined, failed, group };
}
