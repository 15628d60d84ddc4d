import { element, svg } from './dom';

/** A bar: what it stands for, how high it is, and its value as text. */
export interface Bar {
  label: string;
  value: bigint;
  text: string;
}

const WIDTH = 480;
const HEIGHT = 150;
const TOP = 22;
const BOTTOM = 20;

/** A bar chart. `series` is a class of the style sheet; every value is also in the table below the charts. */
export function barChart(title: string, series: 'energy' | 'tokens', bars: readonly Bar[]): HTMLElement {
  const highest = bars.reduce((most, bar) => (bar.value > most.value ? bar : most), bars[0]!);
  const step = WIDTH / Math.max(bars.length, 8);
  const room = HEIGHT - TOP - BOTTOM;
  const drawn = bars.flatMap(({ label, value, text }, i) => {
    // Millionths in integers first: amounts may be far above what a number holds exactly.
    const share = highest.value === 0n ? 0 : Number((value * 1_000_000n) / highest.value) / 1_000_000;
    const height = share * room;
    const x = i * step;
    const bar = svg(
      'rect',
      { class: series, x: x + step * 0.1, y: HEIGHT - BOTTOM - height, width: step * 0.8, height, rx: 2 },
      svg('title', {}, `Epoch ${label}: ${text}`),
    );
    const everyOther = i % Math.ceil(bars.length / 12) === 0;
    const name = svg('text', { x: x + step / 2, y: HEIGHT - 5, 'text-anchor': 'middle' }, label);
    return everyOther ? [bar, name] : [bar];
  });
  const base = HEIGHT - BOTTOM;
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': `${title}: ${bars.length} epochs, highest ${highest.text}`,
    },
    svg('line', { class: 'axis', x1: 0, x2: WIDTH, y1: base, y2: base }),
    svg('text', { x: 0, y: 12 }, `highest: ${highest.text}`),
    ...drawn,
  );
  return element('figure', {}, element('figcaption', {}, title), picture);
}
