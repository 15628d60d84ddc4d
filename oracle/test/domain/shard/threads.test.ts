import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { type CloseInput, close, genesis } from '../../../src/domain';
import { closeEpoch } from '../../../src/epoch/shards/close-epoch';
import { inPages } from '../../support/closing';
import { closeInput, devices, registryOf, signed } from '../support';
import { anyGuardedNetwork } from './network';

/** Closes and keeps; checks that every part is kept under its hash. */
async function closed(input: CloseInput, threads: number) {
  const kept = new Map<string, Uint8Array>();
  const { sealed, pages } = inPages(input);
  const outcome = await closeEpoch(sealed, {
    threads,
    pages,
    keep: async (name, compressed) => {
      const bytes = gunzipSync(compressed);
      expect(createHash('sha256').update(bytes).digest('hex')).to.equal(name);
      kept.set(name, bytes);
    },
  });
  return { outcome, kept };
}

describe('threads that close by shard', () => {
  it('give the same bytes as one alone', async () => {
    const [epochs] = fc.sample(anyGuardedNetwork, { numRuns: 1, seed: 11 });
    let previous = genesis;
    for (const epoch of epochs!.slice(0, 2)) previous = close({ ...epoch, previous, shardBits: 2 }).next;
    const input = { ...epochs![2]!, previous, shardBits: 2 };
    const expected = close(input);
    for (const threads of [0, 2]) {
      const { outcome, kept } = await closed(input, threads);
      expect(outcome.manifestBytes).to.deep.equal(expected.manifestBytes);
      expect([...outcome.next.devices.values()]).to.deep.equal([...expected.next.devices.values()]);
      expect(new Set(kept.keys())).to.deep.equal(new Set(expected.parts.map(({ sha256 }) => sha256)));
    }
  });

  it('tell what a shard fails with, and what storing a part fails with', async () => {
    const fleet = devices(6);
    const input = closeInput(registryOf(fleet), [signed(fleet[0]!), signed(fleet[5]!)]);
    const most = new BigUint64Array(6).fill((1n << 64n) - 1n);
    const previous = { ...genesis, earned: most };
    const overflow = await closed({ ...input, previous, shardBits: 1 }, 1).catch((error: unknown) => error);
    expect(overflow).to.include({ code: 'earned-overflow' });
    const full = new Error('no space left on the disk');
    const { sealed, pages } = inPages({ ...input, shardBits: 1 });
    const keep = () => Promise.reject(full);
    const failed = await closeEpoch(sealed, { threads: 1, pages, keep }).catch((error: unknown) => error);
    expect(failed).to.equal(full);
    const lost = new Error('page lost');
    const unread = await closeEpoch(sealed, {
      threads: 1,
      pages: () => Promise.reject(lost),
      keep: async () => undefined,
    }).catch((error: unknown) => error);
    expect(unread).to.equal(lost);
  });
});
