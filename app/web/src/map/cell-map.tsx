import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { formatCount } from '../format';
import { Empty } from '../parts';
import { t } from '../text';
import { MapCanvas } from './canvas';
import { STEPS } from './draw';
import type { Groups } from './messages';
import { usePlaces } from './use-places';
import {
  around,
  fitting,
  isSeen,
  placeAt,
  resolutionAt,
  type Size,
  type View,
  worldIn,
  zoomed,
} from './view';
import { VirtualList } from './virtual-list';

const ZOOM = 2;

/** Latitude and longitude with as many decimals as tell cells apart. */
function placeText(x: number, y: number): string {
  const [latitude, longitude] = placeAt(x, y);
  return `${latitude.toFixed(3)}°, ${longitude.toFixed(3)}°`;
}

/** The groups whose centre is on the map that is seen, the fullest first. */
function seenOf(groups: Groups | undefined, view: View, size: Size): number[] {
  const seen: number[] = [];
  if (!groups) return seen;
  for (let at = 0; at < groups.ids.length; at++)
    if (isSeen(view, size, groups.centers[2 * at]!, groups.centers[2 * at + 1]!)) seen.push(at);
  return seen;
}

/**
 * Items by their H3 cells on a world map, with the list of what it shows beside it: its cells, or the items of the one that
 * is chosen. `pages` of cells may arrive one after another.
 */
export function CellMap(props: {
  pages: readonly (readonly (string | null)[])[];
  label: string;
  selected: string | null;
  select: (cell: string | null) => void;
  /** How many items are somewhere, in words. */
  counted: (count: number) => string;
  item: (at: number) => ReactNode;
}) {
  const { pages, label, selected, select, counted, item } = props;
  const [size, resized] = useState<Size>({ width: 0, height: 0 });
  const [chosen, setChosen] = useState<View>();
  /** What was chosen before the map was opened, by its address. */
  const [linked] = useState(selected);
  const [first, setFirst] = useState<View>();
  const { groups, listed, failed, group } = usePlaces({ pages, selected });
  // Until somebody moves the map, it shows all there is.
  const all = groups?.extent && size.width > 0 ? fitting(groups.extent, size) : worldIn(size);
  const shown = chosen ?? first ?? all;
  const resolution = resolutionAt(shown);
  // biome-ignore lint/correctness/useExhaustiveDependencies: pages that were added are to be grouped too
  useEffect(() => group(resolution), [pages, resolution, group]);
  if (!first && linked !== null && listed?.cell === linked) setFirst(around(linked, listed.center));
  const move = (next: (before: View) => View) => setChosen((before) => next(before ?? shown));
  const home = () => setChosen(all);
  const seen = useMemo(() => seenOf(groups, shown, size), [groups, shown, size]);
  const items = seen.reduce((sum, at) => sum + groups!.counts[at]!, 0);
  const button = (text: string, act: () => void) => (
    <button type="button" onClick={act}>
      {text}
    </button>
  );
  if (failed !== undefined) return <p className="problem">{t('map.failed', { reason: failed })}</p>;
  return (
    <div className="cell-map">
      <div>
        <MapCanvas label={label} view={shown} {...{ groups, selected, resized, move, home, select }} />
        <p className="map-buttons">
          {button(t('map.closer'), () => move((view) => zoomed(view, ZOOM)))}
          {button(t('map.farther'), () => move((view) => zoomed(view, 1 / ZOOM)))}
          {button(t('map.all'), home)}
          {button(t('map.world'), () => setChosen(worldIn(size)))}
        </p>
        <Legend />
      </div>
      <div className="beside">
        {selected === null ? (
          <>
            <p className="quiet" role="status">
              {t('map.seen', { items: counted(items), cells: formatCount(seen.length) })}
              {groups && groups.unplaced > 0 && ` ${t('map.unplaced', { items: counted(groups.unplaced) })}`}
            </p>
            {seen.length === 0 ? (
              <Empty>{groups ? t('map.none') : t('app.loading')}</Empty>
            ) : (
              <VirtualList
                label={t('map.cells')}
                count={seen.length}
                line={(line) => {
                  const at = seen[line]!;
                  const id = groups!.ids[at]!.toString(16);
                  return (
                    <button type="button" onClick={() => select(id)} title={id}>
                      {placeText(groups!.centers[2 * at]!, groups!.centers[2 * at + 1]!)}
                      <span className="quiet">{counted(groups!.counts[at]!)}</span>
                    </button>
                  );
                }}
              />
            )}
          </>
        ) : (
          <>
            <p className="quiet" role="status">
              {t('map.in', { cell: selected, items: counted(listed?.items.length ?? 0) })}
            </p>
            <VirtualList
              label={t('map.items')}
              count={listed?.items.length ?? 0}
              line={(line) => item(listed!.items[line]!)}
            />
            {button(t('map.back'), () => select(null))}
          </>
        )}
      </div>
    </div>
  );
}

const Legend = () => (
  <ul className="legend" aria-label={t('map.legend')}>
    {STEPS.map((least, step) => {
      const next = STEPS[step + 1];
      const last = next === undefined ? '' : next - 1;
      return (
        <li key={least} className={`step-${step}`}>
          {last === ''
            ? t('map.andMore', { least: formatCount(least) })
            : least === last
              ? least
              : `${formatCount(least)} – ${formatCount(Number(last))}`}
        </li>
      );
    })}
  </ul>
);
