import { element, svg } from './dom';

/** A bar: its label, its height, and its value as text. */
export interface Bar {
  label: string;
  value: bigint;
  text: string;
}

// Horizontal positions are percentages, so that text keeps its size on every screen; vertical ones are pixels.
const LEFT = 11;
const HEIGHT = 172;
const TOP = 10;
const BASE = HEIGHT - 24;
const FEWEST_SLOTS = 6;
const MOST_LABELS = 12;
/** The leading digits of the scale's upper end, whose halves have few digits too. */
const ROUND = [10n, 12n, 15n, 20n, 25n, 30n, 40n, 50n, 60n, 80n, 100n];

/**
 * Draws a bar chart. `series` is a CSS class with the bars' colour, `axis` formats values on the scale. All values are
 * also in the table below the charts.
 */
export function barChart(
  title: string,
  series: string,
  bars: readonly Bar[],
  axis: (value: bigint) => string,
): HTMLElement {
  const highest = bars.reduce((most, bar) => (bar.value > most.value ? bar : most), bars[0]!);
  const top = scaleEnd(highest.value);
  const lines = [0n, top / 2n, top].flatMap((value) => {
    const y = heightAt(value, top);
    return [
      svg('line', { class: 'axis', x1: `${LEFT}%`, x2: '100%', y1: y, y2: y }),
      svg('text', { x: `${LEFT - 1.5}%`, y: y + 4, 'text-anchor': 'end' }, axis(value)),
    ];
  });
  const step = (100 - LEFT) / Math.max(bars.length, FEWEST_SLOTS);
  const labelled = Math.ceil(bars.length / MOST_LABELS);
  const drawn = bars.flatMap(({ label, value, text }, i) => {
    const x = LEFT + i * step;
    const y = heightAt(value, top);
    const bar = svg(
      'rect',
      { class: series, x: `${x + step * 0.18}%`, y, width: `${step * 0.64}%`, height: BASE - y, rx: 3 },
      svg('title', {}, `Epoch ${label}: ${text}`),
    );
    const name = svg('text', { x: `${x + step / 2}%`, y: HEIGHT - 6, 'text-anchor': 'middle' }, label);
    return i % labelled === 0 ? [bar, name] : [bar];
  });
  const description = `${title}: ${bars.length} epochs, highest ${highest.text}`;
  const picture = svg('svg', { height: HEIGHT, role: 'img', 'aria-label': description }, ...lines, ...drawn);
  return element('figure', {}, element('figcaption', {}, title), picture);
}

/** Returns the smallest round number not below `value`, at least 2 so that it can be halved. */
function scaleEnd(value: bigint): bigint {
  const power = 10n ** BigInt(Math.max(0, `${value}`.length - 2));
  const first = ROUND.find((round) => round * power >= value) ?? 100n;
  return first * power;
}

/** Returns a value's position in pixels from the top. Divides as bigint first: amounts may exceed exact numbers. */
function heightAt(value: bigint, top: bigint): number {
  return BASE - (Number((value * 1_000_000n) / top) / 1_000_000) * (BASE - TOP);
}
