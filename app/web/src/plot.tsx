/** A bar: its label, its height, and what is said of it. A CSS class colours it, or that of the chart does. */
export interface Bar {
  label: string;
  value: bigint;
  title: string;
  series?: string;
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

/** The highest of some bars. */
export const highestOf = (bars: readonly Bar[]): Bar | undefined =>
  bars.reduce<Bar | undefined>((most, bar) => (most && most.value >= bar.value ? most : bar), undefined);

/** A bar chart. `axis` formats values on the scale. All values are also in the table below. */
export function BarChart(props: {
  title: string;
  described: string;
  series: string;
  bars: readonly Bar[];
  axis: (value: bigint) => string;
}) {
  const { title, described, series, bars, axis } = props;
  const top = scaleEnd(highestOf(bars)?.value ?? 0n);
  const step = (100 - LEFT) / Math.max(bars.length, FEWEST_SLOTS);
  const labelled = Math.ceil(bars.length / MOST_LABELS);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <svg height={HEIGHT} role="img" aria-label={described}>
        {[0n, top / 2n, top].map((value) => {
          const y = heightAt(value, top);
          return [
            <line key={`line ${value}`} className="axis" x1={`${LEFT}%`} x2="100%" y1={y} y2={y} />,
            <text key={`text ${value}`} x={`${LEFT - 1.5}%`} y={y + 4} textAnchor="end">
              {axis(value)}
            </text>,
          ];
        })}
        {bars.map(({ label, value, title: text, series: own = series }, i) => {
          const x = LEFT + i * step;
          const y = heightAt(value, top);
          const name = (
            <text key={`name ${label}`} x={`${x + step / 2}%`} y={HEIGHT - 6} textAnchor="middle">
              {label}
            </text>
          );
          const bar = (
            <rect
              key={`bar ${label}`}
              className={own}
              x={`${x + step * 0.18}%`}
              y={y}
              width={`${step * 0.64}%`}
              height={BASE - y}
              rx={3}
            >
              <title>{text}</title>
            </rect>
          );
          return i % labelled === 0 ? [bar, name] : [bar];
        })}
      </svg>
    </figure>
  );
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
