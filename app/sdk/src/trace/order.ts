/** The order of times in a file. */

/** Returns whether a list is in descending order, which is so if most of its steps are. */
export function isFalling<T>(list: readonly T[], timeOf: (item: T) => number): boolean {
  let balance = 0;
  for (let k = 1; k < list.length; k++) balance += Math.sign(timeOf(list[k]!) - timeOf(list[k - 1]!));
  return balance < 0;
}

/** Returns the longest non-descending subsequence, so that one wrong time doesn't put all later rows out of order. */
export function longestRise<T>(list: readonly T[], timeOf: (item: T) => number): readonly T[] {
  if (list.every((item, k) => k === 0 || timeOf(list[k - 1]!) <= timeOf(item))) return list;
  /** At index n: the end of the subsequence of length n + 1 whose last time is the earliest. */
  const ends: number[] = [];
  const before = new Int32Array(list.length).fill(-1);
  for (const [k, item] of list.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeOf(list[ends[middle]!]!) <= timeOf(item)) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[k] = ends[low - 1]!;
    ends[low] = k;
  }
  const rise: T[] = [];
  for (let k = ends.at(-1)!; k >= 0; k = before[k]!) rise.push(list[k]!);
  return rise.reverse();
}

/** Clusters of times further apart than this are of different clocks, if one has next to no rows, seconds. */
const APART = 180 * 86_400;
const FEWEST_ROWS = 20;
const MOST_STRAYS = 5;

/** Positions of times that are few and far from all others. */
export function strays(times: readonly (number | undefined)[]): Set<number> {
  const sorted: { readonly time: number; readonly i: number }[] = [];
  let [rises, falls] = [false, false];
  for (const [i, time] of times.entries()) {
    if (time === undefined) continue;
    const before = sorted.at(-1)?.time ?? time;
    if (time > before) rises = true;
    if (time < before) falls = true;
    sorted.push({ time, i });
  }
  if (falls) sorted.sort((a, b) => a.time - b.time);
  else if (!rises) return new Set();
  const found = new Set<number>();
  if (sorted.length < FEWEST_ROWS) return found;
  let cluster: number[] = [];
  for (const [k, { time, i }] of sorted.entries()) {
    cluster.push(i);
    const next = sorted[k + 1];
    if (next && next.time - time <= APART) continue;
    if (cluster.length <= MOST_STRAYS && cluster.length * 10 < sorted.length)
      for (const stray of cluster) found.add(stray);
    cluster = [];
  }
  return found;
}
