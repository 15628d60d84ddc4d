import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CloseResult,
  close,
  genesis,
  type Manifest,
  partsBefore,
  partsToVerify,
  verifyShard,
  verifySums,
} from '../../../src/domain';
import { anyNetwork, type EpochOf } from './network';

const BITS = 2;

function closeAll(epochs: readonly EpochOf[]): CloseResult[] {
  let previous = genesis;
  return epochs.map((epoch) => {
    const result = close({ ...epoch, previous, shardBits: BITS });
    previous = result.next;
    return result;
  });
}

/** Gives only these parts. */
const only =
  (results: readonly CloseResult[], allowed: readonly { readonly sha256: string }[]) => (name: string) => {
    if (!allowed.some(({ sha256 }) => sha256 === name)) throw new Error(`part ${name} is not the shard's`);
    return results.flatMap(({ parts }) => parts).find((part) => part.sha256 === name)!.bytes;
  };

function verify(
  results: readonly CloseResult[],
  i: number,
  shard: number,
  manifest: Manifest = results[i]!.manifest,
) {
  const before = results[i - 1]?.manifest ?? null;
  const part = only(results, partsToVerify(manifest, shard));
  const partBefore = only(results, partsBefore(manifest, before, shard, part));
  return verifyShard({ manifest, part, before, partBefore, shard });
}

describe('a shard that is verified alone', () => {
  it('holds in every honest dataset, read from its own parts', () => {
    fc.assert(
      fc.property(anyNetwork, (epochs) => {
        const results = closeAll(epochs);
        for (const [i, { manifest }] of results.entries()) {
          expect(verifySums(manifest)).to.equal(null);
          for (const shard of manifest.shards.keys())
            expect(verify(results, i, shard), `epoch ${i + 1}, shard ${shard}`).to.equal(null);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('shows a wrong part, sum or node, and sums that do not add up', () => {
    const [epochs] = fc.sample(anyNetwork, { numRuns: 1, seed: 3 });
    const results = closeAll(epochs!);
    const { manifest } = results[1]!;
    const entry = (changes: Partial<Manifest['shards'][number]>): Manifest => ({
      ...manifest,
      shards: manifest.shards.map((one, i) => (i === 1 ? { ...one, ...changes } : one)),
    });
    const more = `${BigInt(manifest.shards[1]!.earned) + 1n}`;
    expect(verify(results, 1, 1, entry({ earned: more }))).to.match(
      /^shards.1.earned: says "\d+", should say "\d+"$/,
    );
    expect(verify(results, 1, 1, entry({ ledger_node: '0'.repeat(80) }))).to.match(/^shards.1.ledger_node/);
    expect(verify(results, 1, 0, entry({ earned: more })), 'another shard').to.equal(null);
    expect(verifySums(entry({ earned: more }))).to.match(
      /^totals: earned says \d+, its shards add up to \d+$/,
    );
    expect(verifySums(entry({ ledger_node: '0'.repeat(80) }))).to.match(/^ledger_root/);
    const parts = { ...manifest.parts, rewards: [...manifest.parts.rewards].reverse() };
    expect(verify(results, 1, 0, { ...manifest, parts })).to.match(/^parts.rewards: part 1 of the shard/);
    expect(() => verify(results, 1, 9)).to.throw('from 0');
  });
});
