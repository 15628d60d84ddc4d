/** Data of which every version of the rules has its own verdicts, and what is recorded of these. */
import { createHash } from 'node:crypto';

/** The verdicts on a fixture. */
export interface Judged {
  /** The judged inputs, one line each. */
  readonly inputs: Iterable<string>;
  /** Verdicts in the same order: outcome and reasons, then whatever else must stay the same. */
  readonly verdicts: Iterable<string>;
}

/** A fixture keeps its data for ever: other data take another name. */
export interface Fixture {
  readonly name: string;
  readonly judge: () => Judged;
}

/** The record of a fixture. Hashes are hex SHA-256 over the lines. */
export interface Digest {
  readonly inputs: string;
  readonly verdicts: string;
  /** How many verdicts of each sort there are: a changed hash tells nothing of what changed. */
  readonly tally: Readonly<Record<string, number>>;
}

/** How a verdict begins a line. */
export const verdictOf = ({ outcome, reasons }: { outcome: string; reasons: readonly string[] }): string =>
  [outcome, ...reasons].join('/');

/** Judges a fixture by the rules as they are now. */
export function digestOf({ judge }: Fixture): Digest {
  const { inputs, verdicts } = judge();
  const counted = new Map<string, number>();
  const counting = function* (): Generator<string> {
    for (const verdict of verdicts) {
      const [sort = ''] = verdict.split(' ', 1);
      counted.set(sort, (counted.get(sort) ?? 0) + 1);
      yield verdict;
    }
  };
  const [before, after] = [hashOf(inputs), hashOf(counting())];
  const tally = Object.fromEntries([...counted].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { inputs: before, verdicts: after, tally };
}

function hashOf(lines: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line).update('\n');
  return hash.digest('hex');
}
