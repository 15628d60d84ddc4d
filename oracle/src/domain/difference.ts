/** Finds the first place where a published dataset differs from the one recomputed from its inputs. */
import { readReportLine } from './lines';
import { parseManifest } from './manifest';
import { type PartSource, servedLines } from './parts';
import type { ReasonCode } from './reasons';
import type { Repeated, VerifyDatasetInput } from './repeat';
import { readReport } from './report-checks';
import { type EvidenceRules, examine } from './shard/examine';
import { signatureOf } from './shard/runs';
import type { GatheredReport, Manifest, PartReference } from './types';

type Group = keyof Manifest['parts'];

/**
 * The first difference in the manifest's order. Among reports, one that differs in more than its `paid` field is
 * preferred.
 */
export interface Difference {
  /**
   * `value`: a field has another value; `form`: the same value is written differently; `extra`: a line shouldn't be
   * there; `missing`: a line isn't there; `order`: a line is in the wrong place.
   */
  readonly fault: 'value' | 'form' | 'extra' | 'missing' | 'order';
  readonly where: 'manifest' | Group;
  /** Line number among all lines of the group, from 1; null for the manifest. */
  readonly line: number | null;
  /** Index of the device that the line is about, if it can be read. */
  readonly device: number | null;
  /** Path of the field; empty if the whole line differs. */
  readonly field: string;
  /** JSON of the field, or the whole line; null if it is missing. */
  readonly published: string | null;
  readonly recomputed: string | null;
  /** Why a listed report shouldn't be listed. */
  readonly reason: ReasonCode | null;
}

/**
 * Compares a published manifest and all its parts, as they are served, with the recomputed ones, byte by byte.
 * @returns null if nothing differs @throws DomainError for an invalid manifest
 */
export function findDifference(
  { result, rules }: Repeated,
  { manifestBytes, part }: Pick<VerifyDatasetInput, 'manifestBytes' | 'part'>,
): Difference | null {
  const published = parseManifest(manifestBytes);
  const ours = new Map(result.parts.map(({ sha256, bytes }) => [sha256, bytes]));
  const reasonOf = (line: string): ReasonCode | null => reasonAgainst(readReportLine(line), rules) ?? null;
  for (const key of namesOf(result.manifest, published)) {
    const value = (result.manifest as unknown as Record<string, unknown>)[key];
    if (key === 'parts') {
      for (const group of namesOf(result.manifest.parts, published.parts) as Set<Group>) {
        const references = {
          published: published.parts[group] ?? [],
          recomputed: result.manifest.parts[group] ?? [],
        };
        const found = compareGroup(group, references, part, (sha256) => ours.get(sha256)!, reasonOf);
        if (found) return found;
      }
    }
    const theirs = (published as unknown as Record<string, unknown>)[key];
    // Something that only one of them has is a difference, too.
    const field = pathOf(value, theirs, key);
    if (!field) continue;
    const [said, is] = [at({ [key]: theirs }, field), at({ [key]: value }, field)];
    return { ...NO_DIFFERENCE, field, published: said, recomputed: is };
  }
  return null;
}

/** The fields of either, in order. */
const namesOf = (ours: object, theirs: object): Set<string> =>
  new Set([...Object.keys(ours), ...Object.keys(theirs)]);

/** Why a listed report is no evidence, if it isn't. */
function reasonAgainst({ report, copies }: GatheredReport, rules: EvidenceRules): ReasonCode | undefined {
  const read = readReport(report);
  if (typeof read === 'string') return read;
  const found = new Set<ReasonCode>();
  const all = copies.map((copy) => ({ ...copy, signature: signatureOf(copy.signature), verified: false }));
  examine(read.bytes, all, rules, (code) => found.add(code));
  return [...found][0];
}

const NO_DIFFERENCE: Difference = {
  fault: 'value',
  where: 'manifest',
  line: null,
  device: null,
  field: '',
  published: null,
  recomputed: null,
  reason: null,
};

function compareGroup(
  where: Group,
  references: Record<'published' | 'recomputed', readonly PartReference[]>,
  published: PartSource,
  recomputed: PartSource,
  reasonOf: (line: string) => ReasonCode | null,
): Difference | undefined {
  const alike =
    references.published.length === references.recomputed.length &&
    references.recomputed.every(
      ({ sha256 }, i) =>
        sha256 === references.published[i]?.sha256 &&
        Buffer.compare(published(sha256), recomputed(sha256)) === 0,
    );
  if (alike) return undefined;
  return compareLines(
    where,
    [...servedLines(references.published, published)],
    [...servedLines(references.recomputed, recomputed)],
    reasonOf,
  );
}

/** The first line of a group that differs; undefined if none does. */
export function compareLines(
  where: Group,
  theirs: readonly string[],
  ours: readonly string[],
  reasonOf: (line: string) => ReasonCode | null = () => null,
): Difference | undefined {
  const other = firstOther(theirs, ours, where === 'reports' ? withoutPaid : same);
  const place = other ?? firstOther(theirs, ours, same);
  // The lines are the same but split into different parts: the manifest shows the difference.
  if (place === undefined) return undefined;
  const [said, is] = [theirs[place], ours[place]];
  const there = { ...NO_DIFFERENCE, where, line: place + 1, published: said ?? null, recomputed: is ?? null };
  const device = deviceOf(where, said ?? is!);
  const keys = (lines: readonly string[]) => new Set(lines.map((line) => keyOf(where, line)));
  if (said !== undefined && is !== undefined && keyOf(where, said) === keyOf(where, is)) {
    const [before, after] = [parse(said), parse(is)];
    const field = pathOf(after, before, '');
    if (!field) return { ...there, device, fault: 'form' };
    return { ...there, device, field, published: at(before, field), recomputed: at(after, field) };
  }
  if (said !== undefined && !keys(ours).has(keyOf(where, said)))
    return { ...there, device, fault: 'extra', reason: where === 'reports' ? reasonOf(said) : null };
  if (is !== undefined && !keys(theirs).has(keyOf(where, is)))
    return { ...there, device: deviceOf(where, is), fault: 'missing' };
  return { ...there, device, fault: 'order' };
}

/** The first position at which the lines differ after applying `as`. */
function firstOther(
  a: readonly string[],
  b: readonly string[],
  as: (line: string) => string,
): number | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one === undefined || other === undefined || as(one) !== as(other)) return i;
  }
  return undefined;
}

const same = (line: string): string => line;

/** Drops the `paid` field. One wrong verdict changes it for every report, and the verdict is the difference to show. */
const withoutPaid = (line: string): string => line.replace(/,"paid":"\d+"\}$/, '');

/**
 * Returns the first line of the previous epoch's registry that is altered or missing in this one, since a registry only
 * grows. The chain's hash shows that a registry was altered, this shows where. Returns null if all lines are unchanged.
 */
export function registryDifference(published: Registered, before: Registered): Difference | null {
  const lines = (registry: Registered) => [...servedLines(registry.references, registry.part)];
  const earlier = lines(before);
  const found = compareLines('registry', lines(published).slice(0, earlier.length), earlier);
  return found ?? null;
}

/** A registry as published in a dataset. */
export interface Registered {
  readonly references: Manifest['parts']['registry'];
  readonly part: PartSource;
}

/** The fields that tell which line it is; `index` elsewhere. */
const KEYS: Partial<Record<Group, readonly string[]>> = {
  reports: ['report'],
  book: ['order', 'offer', 'meter', 'area'],
  metered: ['device'],
  clearings: ['area', 'start'],
  usage: ['account'],
};

/** The identity of a line: the report, the device, or a change's kind, device and epoch. */
function keyOf(where: Group, line: string): string {
  if (where === 'registry') {
    const value = parse(line);
    return `${at(value, 'change')} ${at(value, 'index') ?? line} ${at(value, 'effective_epoch')}`;
  }
  const names = KEYS[where] ?? ['index'];
  const value = parse(line);
  const found = names.flatMap((name) => at(value, name) ?? []);
  return found.length > 0 ? found.join(' ') : line;
}

function deviceOf(where: Group, line: string): number | null {
  const name = where === 'reports' || where === 'metered' ? 'device' : 'index';
  const device = Number(at(parse(line), name) ?? Number.NaN);
  return Number.isSafeInteger(device) ? device : null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The path of the first value that differs, in the order of `ours`; undefined if none does. */
function pathOf(ours: unknown, theirs: unknown, path: string): string | undefined {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return undefined;
  if (typeof ours === 'object' && typeof theirs === 'object' && ours !== null && theirs !== null) {
    const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    for (const name of names) {
      const [a, b] = [ours, theirs].map((value) => (value as Record<string, unknown>)[name]);
      const found = pathOf(a, b, path ? `${path}.${name}` : name);
      if (found) return found;
    }
  }
  return path || undefined;
}

/** JSON of the value at a path; null if there is none. */
function at(value: unknown, path: string): string | null {
  let found = value;
  for (const name of path.split('.')) found = (found as Record<string, unknown> | undefined | null)?.[name];
  return found === undefined ? null : JSON.stringify(found);
}

/** Describes a difference in words, beginning with where it is. */
export function describeDifference(difference: Difference): string {
  const { where, line, device, field, fault, published, recomputed, reason } = difference;
  if (where === 'manifest')
    return `${field}: says ${published ?? 'nothing'}, should say ${recomputed ?? 'nothing'}`;
  const place = `parts.${where}: line ${line}${device === null ? '' : ` (device ${device})`}`;
  switch (fault) {
    case 'value':
      return `${place}: ${field} says ${published ?? 'nothing'}, should say ${recomputed ?? 'nothing'}`;
    case 'form':
      return `${place}: says ${published}, should be written ${recomputed}`;
    case 'extra':
      return `${place}: should not be there${reason ? ` (${reason})` : ''}: ${published}`;
    case 'missing':
      return `${place}: is missing: ${recomputed}`;
    case 'order':
      return `${place}: is in the wrong place: ${published}, should be ${recomputed}`;
  }
}
