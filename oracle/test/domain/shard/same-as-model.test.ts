import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CloseResult,
  close,
  genesis,
  type Manifest,
  previousState,
  verifyDataset,
} from '../../../src/domain';
import { addCounts } from '../../../src/domain/totals';
import { closeByModel, modelGenesis } from '../model';
import { anyGuardedNetwork, anyNetwork, type EpochOf } from './network';

type Group = keyof Manifest['parts'];

const sourceOf =
  (...results: readonly CloseResult[]) =>
  (name: string): Uint8Array =>
    results.flatMap(({ parts }) => parts).find((part) => part.sha256 === name)!.bytes;

/** The lines of a group, whatever parts they are in. */
const linesOf = ({ manifest, parts }: CloseResult, group: Group): string[] =>
  (manifest.parts[group] ?? []).flatMap(({ sha256 }) => {
    const part = parts.find((one) => one.sha256 === sha256)!;
    return Buffer.from(part.bytes).toString('utf8').trimEnd().split('\n');
  });

/** Closes every epoch by shards of 2^`shardBits` devices. */
function closeByShard(epochs: readonly EpochOf[], shardBits: number): CloseResult[] {
  let previous = genesis;
  return epochs.map((epoch) => {
    const result = close({ ...epoch, previous, shardBits });
    previous = result.next;
    return result;
  });
}

describe('a close by shard', () => {
  it('gives what a close of all devices at once gives, whatever the size of shards', () => {
    fc.assert(
      fc.property(anyNetwork, fc.constantFrom(1, 2, 4, 16), (epochs, shardBits) => {
        let before = modelGenesis;
        for (const [i, result] of closeByShard(epochs, shardBits).entries()) {
          const expected = closeByModel(epochs[i]!, before);
          expect(linesOf(result, 'reports')).to.deep.equal(expected.reports);
          expect(linesOf(result, 'rewards')).to.deep.equal(expected.rewards);
          expect(linesOf(result, 'state')).to.deep.equal(expected.state);
          expect(result.manifest.unverified).to.deep.equal(expected.unverified);
          expect(result.next.earned).to.deep.equal(expected.next.earned);
          expect(result.next.horizon).to.equal(expected.next.horizon);
          before = expected.next;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is tried with everything that joins shards', () => {
    const lines = fc
      .sample(anyGuardedNetwork, { numRuns: 100, seed: 5 })
      .flatMap((epochs) =>
        closeByShard(epochs, 2).flatMap((result) =>
          ['reports', 'reduction', 'state'].flatMap((group) => linesOf(result, group as Group)),
        ),
      );
    const found = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    for (const pattern of [
      /"active":false/,
      /"heir_of":\d/,
      /"weight":0,/,
      /"weight":[1-9]\d{0,5},/,
      /"key-not-active"/,
      /"cell-full"/,
      /"conflict"/,
      /"duplicate"/,
      /"debt":"[1-9]/,
      /"copies":[2-9]/,
      /"copy_of":\d/,
      /"released":"[1-9]/,
      /"hold":\[/,
      /"equal-series"/,
      /"pay-held"/,
      /"month":"0"/,
      /"month":"[1-9]/,
      /"month":\[/,
      /"above-month"/,
    ])
      expect(found(pattern), `${pattern}`).to.be.greaterThan(0);
  });

  it('gives the same ledger and totals for all sizes of shards, and sums that add up', () => {
    fc.assert(
      fc.property(anyGuardedNetwork, fc.constantFrom(1, 2, 3), (epochs, shardBits) => {
        const whole = closeByShard(epochs, 16);
        for (const [i, result] of closeByShard(epochs, shardBits).entries()) {
          const { manifest, ledger, ledgerRoot } = result;
          expect(ledgerRoot).to.deep.equal(whole[i]!.ledgerRoot);
          expect(ledgerRoot).to.deep.equal(ledger.root);
          expect(manifest.ledger_opening).to.equal(whole[i]!.manifest.ledger_opening);
          expect(manifest.totals).to.deep.equal(whole[i]!.manifest.totals);
          const { shards, totals } = manifest;
          const amount = (name: 'allocated' | 'repaid' | 'earned') =>
            `${shards.reduce((sum, shard) => sum + BigInt(shard[name]), 0n)}`;
          expect([amount('allocated'), amount('repaid'), amount('earned')]).to.deep.equal([
            totals.allocated,
            totals.repaid,
            totals.earned_total,
          ]);
          expect(addCounts(...shards.map(({ unverified }) => unverified))).to.deep.equal(manifest.unverified);
          expect(shards.reduce((sum, { accepted }) => sum + accepted, 0)).to.equal(totals.accepted);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is repeated from its dataset', () => {
    fc.assert(
      fc.property(anyGuardedNetwork, fc.constantFrom(2, 16), (epochs, shardBits) => {
        let previous = genesis;
        const results = closeByShard(epochs, shardBits);
        for (const { manifestBytes, next } of results) {
          const part = sourceOf(...results);
          expect(verifyDataset({ manifestBytes, part, previous }).manifestBytes).to.deep.equal(manifestBytes);
          previous = previousState(manifestBytes, part);
          expect([...previous.devices.values()]).to.deep.equal([...next.devices.values()]);
          expect(previous.earned).to.deep.equal(next.earned);
        }
      }),
      { numRuns: 15 },
    );
  });
});
