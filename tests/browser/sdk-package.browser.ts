import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { build } from 'esbuild';
import { PaidNetwork } from '../../app/cli/test/paid-network';
import { StubOracle, settlementOf } from '../../app/cli/test/stub-oracle';
import { exports as sdkExports } from '../../app/sdk/package.json';
import { openChromium } from '../support/chain/chromium';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);
const entries = Object.keys(sdkExports).filter((path) => !path.includes('*'));
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;

/** What other applications would write; more than is needed must be left out of it. */
const APPLICATIONS: readonly [what: string, code: string, mostBytes: number][] = [
  ['a ledger', "import { LedgerTree } from '@commonwire/sdk/network'; console.log(LedgerTree)", 60_000],
  ['a report', "import { encodeReport } from '@commonwire/sdk/device'; console.log(encodeReport)", 60_000],
  ['a book', "import { clearAuction } from '@commonwire/sdk/market'; console.log(clearAuction)", 60_000],
];

describe('the package of the SDK', function () {
  this.timeout(240_000);
  let folder: string;
  const inFolder = (command: string, ...args: string[]) =>
    run(command, args, { cwd: folder, encoding: 'utf8' });
  const node = (...args: string[]) => inFolder(process.execPath, ...args);

  before(async () => {
    // Outside the repository, so that nothing of it can be found but other packages.
    folder = mkdtempSync(join(tmpdir(), 'commonwire-sdk-'));
    const { stdout } = await run('npx', ['tsx', join(ROOT, 'app/sdk/build.ts'), folder], { cwd: ROOT });
    expect(stdout.trim()).to.equal(join(folder, 'commonwire-sdk-0.1.0.tgz'));
    rmSync(join(folder, 'package'), { recursive: true });
    const installed = join(folder, 'node_modules/@commonwire/sdk');
    mkdirSync(installed, { recursive: true });
    await inFolder('tar', '-xzf', stdout.trim(), '-C', installed, '--strip-components=1');
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (name !== '@commonwire' && !name.startsWith('.'))
        symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('exports the same as the sources, under Node', async () => {
    const names = entries.map((entry) => entry.replace('.', '@commonwire/sdk'));
    const code = `for (const name of ${JSON.stringify(names)}) console.log(Object.keys(await import(name)).join())`;
    const { stdout } = await node('--input-type=module', '--eval', code);
    const listed = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    for (const [i, name] of names.entries()) expect(listed[i]).to.have.members(Object.keys(require(name)));
    const idl =
      "import idl from '@commonwire/sdk/idl/network.json' with { type: 'json' }; console.log(idl.address)";
    const address = (await node('--input-type=module', '--no-warnings', '--eval', idl)).stdout.trim();
    expect(address).to.equal(require('@commonwire/sdk/network').PROGRAM_ID.toBase58());
  });

  it('proves a payout in ten lines, which its types fit', async () => {
    const readme = readFileSync(join(folder, 'node_modules/@commonwire/sdk/README.md'), 'utf8');
    const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    writeFileSync(join(folder, 'example.ts'), code);
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes'];
    const options = ['--target', 'es2022', '--module', 'nodenext', '--types', 'node', ...strict];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    // Also the package's own declarations are checked. Those of Anchor lack a package, which is not ours to add.
    const { stdout: complaints } = await node(tsc, ...options, 'example.ts').catch((failed) => failed);
    const ours = (line: string) => /error TS/.test(line) && !line.includes('@coral-xyz/anchor');
    expect(complaints.split('\n').filter(ours)).to.deep.equal([]);

    const network = await PaidNetwork.create();
    const ledger = network.ledger(150n, 20n, 7n, 30n, 5n);
    await network.promote(ledger);
    const oracle = await StubOracle.start();
    try {
      const { chain, address } = network.test;
      const example = async (lie: object) => {
        oracle.settle = (first, count) => ({ ...settlementOf(1, ledger, first, count), ...lie });
        const given = [chain.connection.rpcEndpoint, address.toBase58(), oracle.url];
        return (await node('example.js', ...given)).stdout.trim();
      };
      expect(await example({})).to.equal('0.00015 earned: proven');
      expect(await example({ earned: ['151'] })).to.equal('0.000151 earned: NOT proven');
    } finally {
      await oracle.close();
    }
  });

  const bundle = async (contents: string) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      minify: true,
      write: false,
      logLevel: 'error',
    });
    return outputFiles[0]!.contents;
  };

  it('loads in a browser, all but what is for Node', async () => {
    const browser = await openChromium({ width: 800, height: 600 });
    try {
      const page = await browser.context.newPage();
      for (const entry of entries.filter((path) => path !== './node')) {
        const name = entry.replace('.', '@commonwire/sdk');
        const names = await page.evaluate(async (code) => {
          const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
          return Object.keys(await import(url));
        }, Buffer.from(await bundle(`export * from '${name}'`)).toString());
        expect(names, name).to.have.members(Object.keys(require(name)));
      }
    } finally {
      await browser.close();
    }
  });

  for (const [what, code, most] of APPLICATIONS) {
    it(`leaves out what an application with ${what} doesn't use`, async function () {
      const bytes = await bundle(code);
      this.test!.title +=
        `: ${kilobytes(bytes.length)} minified, ${kilobytes(gzipSync(bytes).length)} gzipped`;
      expect(bytes.length).to.be.below(most);
    });
  }
});
