import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { ModelChain, State } from './chain';

/** Accounts as they were at one moment, by address. */
export type Snapshot = ReadonlyMap<string, State>;

/** An account that isn't as it was. */
export interface Change {
  key: string;
  before: State;
  after: State;
}

/** These accounts as they are. */
export const takeSnapshot = (chain: ModelChain, keys: Iterable<string>): Snapshot =>
  new Map([...keys].map((key) => [key, chain.read(new PublicKey(key))]));

/** The changes made by an attempt. Requires that lamports only moved, and that a refused attempt changed nothing. */
export function changesSince(
  chain: ModelChain,
  before: Snapshot,
  { what }: { what: string },
  refused: string | null,
): Change[] {
  const now = takeSnapshot(chain, before.keys());
  expect(total(now), 'lamports only move').to.equal(total(before));
  const changes = [...now]
    .map(([key, after]) => ({ key, before: before.get(key)!, after }))
    .filter(({ before, after }) => !same(before, after));
  for (const { key } of changes) expect(refused, `${what} was refused and changed ${key}`).to.equal(null);
  return changes;
}

const same = (one: State, other: State): boolean =>
  one.lamports === other.lamports && one.owner === other.owner && Buffer.compare(one.data, other.data) === 0;

const total = (states: Snapshot): bigint =>
  [...states.values()].reduce((sum, { lamports }) => sum + lamports, 0n);
