/** The verdicts of each version of the rules, as they were recorded: a list that only grows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from './fixture';

/** Digests by the fixture's name. */
export type Digests = Readonly<Record<string, Digest>>;

/** The verdicts of one version of the rules on every fixture. */
export interface Entry {
  readonly rules_version: number;
  readonly fixtures: Digests;
}

const FILE = join(__dirname, 'verdicts.json');

export const readEntries = (): Entry[] => JSON.parse(readFileSync(FILE, 'utf8'));

export const writeEntries = (entries: readonly Entry[]): void =>
  writeFileSync(FILE, `${JSON.stringify(entries, null, 2)}\n`);

const RAISE =
  'If that is intended: raise RULES_VERSION in oracle/src/domain/rules-version.ts, describe the change in ' +
  'docs/verification, then run `npm run record-verdicts`. If not: make the rules judge as they did.';

/** Where verdicts differ from what is recorded of the version; empty if nowhere. What isn't recorded yet differs in nothing. */
export function changes(entries: readonly Entry[], version: number, found: Digests): string[] {
  const entry = entries.find(({ rules_version }) => rules_version === version);
  if (!entry) return [];
  return Object.entries(entry.fixtures).flatMap(([name, recorded]) => {
    const now = found[name];
    if (!now) return [`fixture ${name} is gone: it may go once RULES_VERSION is raised`];
    if (now.inputs !== recorded.inputs)
      return [`fixture ${name} has other data than before: give other data another name`];
    if (now.verdicts === recorded.verdicts) return [];
    const what = `verdicts on fixture ${name} changed, and RULES_VERSION is still ${version}`;
    return [`${what} (${describe(recorded.tally, now.tally)}). ${RAISE}`];
  });
}

function describe(before: Digest['tally'], now: Digest['tally']): string {
  const sorts = new Set([...Object.keys(before), ...Object.keys(now)]);
  const counts = [...sorts].flatMap((sort) => {
    const [was, is] = [before[sort] ?? 0, now[sort] ?? 0];
    return was === is ? [] : [`${sort}: ${is}, was ${was}`];
  });
  return counts.join('; ') || 'as many of each sort as before, but others';
}

/** The fixtures that must be recorded before a version may be used. */
export function unrecorded(entries: readonly Entry[], version: number, found: Digests): string[] {
  const entry = entries.find(({ rules_version }) => rules_version === version);
  const run = 'run `npm run record-verdicts`';
  if (!entry)
    return [`version ${version} of the rules isn't recorded: describe it in docs/verification, then ${run}`];
  return Object.keys(found)
    .filter((name) => !entry.fixtures[name])
    .map((name) => `fixture ${name} isn't recorded: ${run}`);
}

/**
 * The list with what is new: an entry for a version that has none, or new fixtures of the latest.
 * @throws Error where something that is recorded would have to change
 */
export function record(entries: readonly Entry[], version: number, found: Digests): Entry[] {
  const changed = changes(entries, version, found);
  if (changed.length > 0) throw new Error(changed.join('\n'));
  const latest = entries.at(-1);
  if (latest?.rules_version === version) {
    const fixtures = { ...latest.fixtures, ...found };
    return [...entries.slice(0, -1), { rules_version: version, fixtures }];
  }
  if (version !== (latest?.rules_version ?? 0) + 1)
    throw new Error(`version ${version} does not follow ${latest?.rules_version ?? 0}, the latest recorded`);
  return [...entries, { rules_version: version, fixtures: found }];
}
