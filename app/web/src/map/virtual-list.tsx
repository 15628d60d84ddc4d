import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';

const LINE_PIXELS = 36;
const SPARE_LINES = 8;

/** A list of which only what can be seen is on the page, however long it is. It says how long it is, and scrolls by keyboard. */
export function VirtualList(props: { label: string; count: number; line: (at: number) => ReactNode }) {
  const { label, count, line } = props;
  const box = useRef<HTMLElement>(null);
  const list = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PIXELS,
    overscan: SPARE_LINES,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="lines" aria-label={label} tabIndex={0} ref={box}>
      <ul style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ key, index, start }) => (
          <li
            key={key}
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start}px)` }}
          >
            {line(index)}
          </li>
        ))}
      </ul>
    </section>
  );
}
