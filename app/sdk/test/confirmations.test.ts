import type { Connection } from '@solana/web3.js';
import { expect } from 'chai';
import { Confirmations, type Fate } from '../src/core/confirmations';

const LAST_VALID = 1_000;
const WAITING = { pollMs: 1, resendMs: 0, graceMs: 0, signal: new AbortController().signal };

/** A node that has no status of anything, at a block so far beyond the last valid one. */
const nodeAt = (height: number, { keepsHistory }: { keepsHistory: boolean }) =>
  ({
    getEpochInfo: async () => ({ absoluteSlot: height, blockHeight: height }),
    getSignatureStatuses: async ([signature]: string[], config?: object) => {
      if (config && !keepsHistory) throw new Error(`no history of ${signature}`);
      return { context: { slot: height }, value: [null] };
    },
  }) as unknown as Connection;

describe('a transaction that no node has a status of', () => {
  const now = Date.now;
  afterEach(() => {
    Date.now = now;
  });

  /** What becomes of it if the process sleeps for so long after sending it. */
  const after = (seconds: number, connection: Connection): Promise<Fate> => {
    const fate = new Confirmations(connection, WAITING).wait('signature', null, LAST_VALID);
    Date.now = () => now() + seconds * 1000;
    return fate;
  };

  for (const [kind, what, seconds, height, keepsHistory] of [
    ['expired', 'just after its last valid block', 0, LAST_VALID + 1, false],
    ['expired', 'after two minutes, by the history', 120, LAST_VALID + 400, true],
    ['unknown', 'after two minutes without history', 120, LAST_VALID + 400, false],
    ['unknown', 'after a night, which the history may not reach back to', 28_800, LAST_VALID + 90_000, true],
  ] as const)
    it(`${kind}: ${what}`, async () => {
      expect(await after(seconds, nodeAt(height, { keepsHistory }))).to.deep.equal({ kind });
    });
});
