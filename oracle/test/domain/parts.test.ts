import { sha256, toHex } from '@commonwire/sdk/core';
import { expect } from 'chai';
import fc from 'fast-check';
import type { DatasetPart } from '../../src/domain';
import { linesOf, toParts } from '../../src/domain/parts';

const MIB = 1024 * 1024;
const sourceOf =
  (parts: readonly DatasetPart[]) =>
  (name: string): Uint8Array =>
    parts.find((part) => part.sha256 === name)!.bytes;
const counts = (lines: Iterable<string>): number[] => toParts(lines).references.map((part) => part.lines);
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i}`);

describe('dataset parts', () => {
  it('contain any lines, under the hash of their bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))),
        (lines) => {
          const { references, parts } = toParts(lines);
          expect([...linesOf(references, sourceOf(parts))]).to.deep.equal(lines);
          for (const [i, { sha256: name, bytes }] of parts.entries()) {
            expect(name).to.equal(toHex(sha256(bytes)));
            expect(references[i]).to.include({ sha256: name, bytes: bytes.length });
          }
        },
      ),
    );
  });

  it('do not exist without lines', () => {
    expect(toParts([])).to.deep.equal({ references: [], parts: [] });
  });

  it('end after ten thousand lines, and do not change when lines are added', () => {
    expect(counts(numbered(10_000))).to.deep.equal([10_000]);
    expect(counts(numbered(20_001))).to.deep.equal([10_000, 10_000, 1]);
    const [full] = toParts(numbered(10_000)).references;
    expect(toParts(numbered(25_000)).references[0]).to.deep.equal(full);
  });

  it('end with the line that reaches 4 MiB', () => {
    const quarter = 'x'.repeat(MIB - 1);
    expect(counts([quarter, quarter, quarter, quarter, 'y'])).to.deep.equal([4, 1]);
    expect(counts([quarter, quarter, quarter, 'x'.repeat(MIB - 2), 'y'])).to.deep.equal([5]);
  });

  it('contain a line longer than a part', () => {
    const lines = ['a', 'x'.repeat(6 * MIB), 'é'.repeat(5 * MIB), 'b'];
    const { references, parts } = toParts(lines);
    expect(references.map((part) => part.lines)).to.deep.equal([2, 1, 1]);
    expect([...linesOf(references, sourceOf(parts))].map((line) => line.length)).to.deep.equal(
      lines.map((line) => line.length),
    );
  });
});
