/** The public list of known cheats, and the pay that is held while a device is on it. */
import { z } from 'zod';
import { ppm, seconds } from './policy-fields';

/** The most entries and devices that a list has: every manifest repeats the policy. */
const MOST_ENTRIES = 256;
const MOST_DEVICES = 4_096;

const unixSeconds = z.number().int().min(0).max(1e11);

const entrySchema = z
  .strictObject({
    /** Indices in the registry, ascending. */
    devices: z.array(z.number().int().min(0).max(0xffff_ffff)).min(1).max(MOST_DEVICES),
    /** In plain words, for the owner and everybody else. */
    reason: z.string().min(1).max(280),
    evidence: z.strictObject({
      /** Hex, of the document that the link leads to. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
      link: z.string().regex(/^(https|ipfs|ar):\/\/[!-~]{1,240}$/, 'must be an https, ipfs or ar link'),
    }),
    /** When it was decided, unix seconds. */
    listed: unixSeconds,
    /** From when on it no longer holds anything, unix seconds; at most a year after `listed`. */
    expires: unixSeconds,
  })
  .superRefine(({ devices, listed, expires }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (devices.some((index, i) => i > 0 && index <= devices[i - 1]!))
      refuse('devices', 'must be in ascending order');
    if (expires <= listed) refuse('expires', 'must be after listed');
    if (expires - listed > 31_536_000) refuse('expires', 'must be at most a year after listed: list it anew');
  });

/** The policy's list; docs/verification/denylist.md has its rules. */
export const denylistPolicy = z
  .strictObject({
    /** How long an entry is public in datasets before it holds pay. */
    notice_seconds: seconds.default(86_400),
    /** The share of an epoch's budget that may pay what was held, besides what the chain allows beyond the budget. */
    release_ppm: ppm.default(100_000),
    entries: z.array(entrySchema).max(MOST_ENTRIES).default([]),
  })
  .superRefine(({ entries }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['entries'], message });
    const all = entries.flatMap(({ devices }) => devices);
    if (all.length > MOST_DEVICES) refuse(`must not have more than ${MOST_DEVICES} devices`);
    if (new Set(all).size !== all.length) refuse('must not have a device twice');
  });

export type DenylistPolicy = Readonly<z.output<typeof denylistPolicy>>;
export type DenylistEntry = DenylistPolicy['entries'][number];

/** What a listed device's state has more than others. */
export interface Hold {
  /** The first cut at which a dataset named the entry, unix seconds; 0 if the device is listed no longer. */
  readonly since: number;
  /** Base units that are held: in no leaf, so that nobody can mint them. */
  readonly held: bigint;
}

/** The entries that haven't expired at a cut, by device. */
export const listedAt = ({ entries }: DenylistPolicy, cutTime: number): ReadonlyMap<number, DenylistEntry> =>
  new Map(
    entries
      .filter(({ expires }) => cutTime < expires)
      .flatMap((entry) => entry.devices.map((index) => [index, entry] as const)),
  );

/** Since when a device is listed, at a cut: an entry that is named again goes on. 0 if it isn't. */
export const listedSince = (
  hold: Hold | undefined,
  entry: DenylistEntry | undefined,
  cutTime: number,
): number => (entry ? hold?.since || cutTime : 0);

/** Whether an entry's notice is over, so that what the device gets is held. */
export const isHolding = (
  { notice_seconds }: DenylistPolicy,
  entry: DenylistEntry | undefined,
  since: number,
  cutTime: number,
): boolean => entry !== undefined && cutTime >= Math.max(since, entry.listed) + notice_seconds;

/**
 * What is paid of held amounts, by device: in order of index, to each at most the cap of a device, until `most` is used up.
 * What is left follows in the next epochs.
 */
export function releases(
  holds: Iterable<readonly [number, bigint]>,
  deviceCap: bigint,
  most: bigint,
): Map<number, bigint> {
  const released = new Map<number, bigint>();
  let left = most;
  for (const [index, held] of holds) {
    const wanted = held < deviceCap ? held : deviceCap;
    const amount = wanted < left ? wanted : left;
    if (amount > 0n) released.set(index, amount);
    left -= amount;
  }
  return released;
}
