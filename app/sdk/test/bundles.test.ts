import { join } from 'node:path';
import { expect } from 'chai';
import { bundleForBrowser, importBundled, NodeImportError } from '../../../tests/support/browser-bundle';
import { exports as sdkExports } from '../package.json';
import idl from '../src/generated/network.json';
import type * as namesErrors from './fixtures/names-errors';

const fixture = (name: string) => join(__dirname, 'fixtures', `${name}.ts`);

describe('bundles for browsers', () => {
  for (const path of Object.keys(sdkExports)) {
    if (path === './node' || path.includes('*')) continue;
    const entry = path.replace('.', '@commonwire/sdk');
    it(`hold ${entry}, without anything of Node`, async () => {
      expect((await bundleForBrowser(entry)).length).to.be.greaterThan(1000);
    });
  }

  const imports = async (entry: string): Promise<readonly string[]> => {
    const error = await bundleForBrowser(entry).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(NodeImportError);
    return (error as NodeImportError).imports;
  };

  it('error: a file that imports from Node, by its name', async () => {
    expect(await imports(fixture('reads-files'))).to.deep.equal([
      'app/sdk/test/fixtures/reads-files.ts imports node:fs',
    ]);
  });

  it('error: ./node, by the names of its files', async () => {
    expect(await imports('@commonwire/sdk/node')).to.include.members([
      'app/sdk/src/node/files.ts imports node:fs',
      'app/sdk/src/node/files.ts imports node:os',
    ]);
  });

  it('name the errors of the program that an instruction is for', async () => {
    const { code: number } = idl.errors.find(({ name }) => name === 'EpochNotOver')!;
    const { failure } = await importBundled<typeof namesErrors>(fixture('names-errors'));
    expect(failure(number).code).to.equal('epoch-not-over');
  });

  it('leave out what an application does not use: a ledger takes neither web3.js nor Anchor', async () => {
    expect((await bundleForBrowser(fixture('builds-ledger'))).length).to.be.lessThan(80_000);
  });
});
