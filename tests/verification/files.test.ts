import { expect } from 'chai';
import { contentCases, faultsOf, formCases, storedFiles } from './file-cases';

describe('files as people have them', function () {
  this.timeout(30_000);

  for (const [what, cases] of [
    ['are read', formCases],
    ['are judged', contentCases],
  ] as const) {
    describe(what, () => {
      for (const wanted of cases) {
        it(`${wanted.file} ${(wanted.options ?? []).join(' ')}`, async () => {
          expect(await faultsOf(wanted)).to.deep.equal([]);
        });
      }
    });
  }

  it('each has a case', () => {
    const named = new Set([...formCases, ...contentCases].map(({ file }) => file));
    expect(storedFiles().filter((file) => !named.has(file))).to.deep.equal([]);
  });
});
