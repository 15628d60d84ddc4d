import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { t } from '../text';
import { draw, loadLand, pick, type Scene } from './draw';
import type { Groups } from './messages';
import { limited, panned, type Size, type View, zoomed } from './view';

/** A key moves the map by so many pixels. */
const KEY_PIXELS = 60;
const ZOOM = 1.6;
/** A pointer that moved less has clicked. */
const CLICK_PIXELS = 5;
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A world map on a canvas, which is moved and zoomed by mouse, touch and keyboard. What it shows is also in the list beside it. */
export function MapCanvas(props: {
  label: string;
  view: View;
  groups: Groups | undefined;
  selected: string | null;
  resized: (size: Size) => void;
  move: (next: (before: View) => View) => void;
  home: () => void;
  select: (cell: string | null) => void;
}) {
  const { label, view, groups, selected, resized, move, home, select } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [land, setLand] = useState<Scene['land']>();
  const [isFocused, focus] = useState(false);
  const [scheme, setScheme] = useState(0);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const travelled = useRef(0);

  useEffect(() => {
    void loadLand().then((loaded) => setLand(() => loaded));
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setScheme((count) => count + 1);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width, height });
      resized({ width, height });
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [resized]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colours
  useEffect(() => {
    const frame = requestAnimationFrame(
      () => canvas.current && draw(canvas.current, { view, size, land, groups, selected, isFocused }),
    );
    return () => cancelAnimationFrame(frame);
  }, [view, size, land, groups, selected, isFocused, scheme]);
  useEffect(() => {
    const on = box.current!;
    // React listens to wheels without a way to keep the page from scrolling. A wheel over a map that nobody chose scrolls the page.
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== on) return;
      event.preventDefault();
      const [right, down] = fromMiddle(on, event);
      move((before) => zoomed(before, 2 ** (-event.deltaY / 300), right, down));
    };
    on.addEventListener('wheel', wheel, { passive: false });
    return () => on.removeEventListener('wheel', wheel);
  }, [move]);

  const pickAt = useCallback(
    (right: number, down: number) => {
      if (groups) select(pick(groups, view, view.x + right / view.scale, view.y + down / view.scale));
    },
    [groups, view, select],
  );
  const key = (event: KeyboardEvent) => {
    const moves = MOVES[event.key];
    if (moves) move((before) => panned(before, moves[0] * KEY_PIXELS, moves[1] * KEY_PIXELS));
    else if (event.key === '+' || event.key === '=') move((before) => zoomed(before, ZOOM));
    else if (event.key === '-') move((before) => zoomed(before, 1 / ZOOM));
    else if (event.key === 'Home') home();
    else if (event.key === 'Enter' || event.key === ' ') pickAt(0, 0);
    else if (event.key === 'Escape') select(null);
    else return;
    event.preventDefault();
  };
  const down = (event: PointerEvent) => {
    box.current!.setPointerCapture(event.pointerId);
    if (pointers.current.size === 0) travelled.current = 0;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const moved = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    const [right, below] = [now.x - before.x, now.y - before.y];
    travelled.current += Math.hypot(right, below);
    if (!other) move((view) => panned(view, -right, -below));
    else {
      const between = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
      const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
      const factor = between(now) / Math.max(1, between(before));
      const about = fromMiddle(box.current!, middle);
      move((view) => limited(zoomed(panned(view, -right / 2, -below / 2), factor, ...about)));
    }
  };
  const up = (event: PointerEvent) => {
    const wasClick = pointers.current.size === 1 && travelled.current < CLICK_PIXELS;
    pointers.current.delete(event.pointerId);
    if (wasClick && event.type === 'pointerup') pickAt(...fromMiddle(box.current!, event));
  };
  return (
    <div
      ref={box}
      className="map"
      role="application"
      aria-label={label}
      aria-description={t('map.keys')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive, and takes its own keys
      tabIndex={0}
      onFocus={({ currentTarget }) => focus(currentTarget.matches(':focus-visible'))}
      onBlur={() => focus(false)}
      onKeyDown={(event) => {
        focus(true);
        key(event);
      }}
      onPointerDown={down}
      onPointerMove={moved}
      onPointerUp={up}
      onPointerCancel={up}
    >
      <canvas ref={canvas} />
    </div>
  );
}

/** Pixels from the middle of an element to a point. */
function fromMiddle(
  element: HTMLElement,
  { clientX, clientY }: { clientX: number; clientY: number },
): [number, number] {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [clientX - left - width / 2, clientY - top - height / 2];
}
