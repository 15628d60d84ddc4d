import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { runMain, UsageError } from '@commonwire/sdk/node';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const SOURCES = join(__dirname, 'src');
const NAME = '@commonwire/sdk';

interface Bridge {
  readonly from: string;
  /** What the SDK imports of it. */
  readonly names: readonly string[];
  /** Whether its code is put in. */
  readonly included?: true;
}

/**
 * CommonJS packages whose exports Node doesn't see by name. The package imports each as `#NAME`, which is a module of its own
 * for Node and another for bundlers.
 */
const BRIDGES: Readonly<Record<string, Bridge>> = {
  anchor: {
    from: '@coral-xyz/anchor',
    names: ['BN', 'LangErrorCode', 'LangErrorMessage', 'Program', 'utils'],
  },
  papaparse: { from: 'papaparse', names: ['parse'] },
  sodium: {
    from: 'sodium-native',
    names: [
      'crypto_core_ed25519_add',
      'crypto_sign_detached',
      'crypto_sign_seed_keypair',
      'crypto_sign_verify_detached',
    ],
  },
  // An application would get a borsh with it that doesn't load in browsers.
  'spl-governance': {
    from: '@realms-today/spl-governance',
    names: [
      'GOVERNANCE_PROGRAM_SEED',
      'Governance',
      'GovernanceAccountParser',
      'GovernanceAccountType',
      'GovernanceConfig',
      'GoverningTokenConfigAccountArgs',
      'GoverningTokenType',
      'MintMaxVoteWeightSource',
      'PROGRAM_VERSION_V3',
      'Proposal',
      'ProposalState',
      'ProposalTransaction',
      'Realm',
      'RealmConfigAccount',
      'SetRealmAuthorityAction',
      'TokenOwnerRecord',
      'Vote',
      'VoteChoice',
      'VoteKind',
      'VoteRecord',
      'VoteThreshold',
      'VoteThresholdType',
      'VoteTipping',
      'VoteType',
      'createInstructionData',
      'getAccountTypes',
      'withCancelProposal',
      'withCastVote',
      'withCreateGovernance',
      'withCreateNativeTreasury',
      'withCreateProposal',
      'withCreateRealm',
      'withCreateTokenOwnerRecord',
      'withDepositGoverningTokens',
      'withExecuteTransaction',
      'withFinalizeVote',
      'withInsertTransaction',
      'withRelinquishVote',
      'withSetRealmAuthority',
      'withSignOffProposal',
    ],
    included: true,
  },
};

/**
 * Packs the SDK as ES modules with types, so that it installs without this repository: `npx tsx app/sdk/build.ts [FOLDER]`
 * (default app/sdk/dist). Each source file stays a module of its own, so that bundlers leave out what isn't used. Prints the
 * tarball's path.
 */
async function main([given = join(__dirname, 'dist'), ...more]: readonly string[]): Promise<void> {
  if (more.length > 0) throw new UsageError(`${more[0]} is one argument too many; give one folder`);
  // To npm, a relative path could be the name of a repository.
  const folder = resolve(given);
  const out = join(folder, 'package');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'dist'), { recursive: true });
  await Promise.all([writeModules(out), writeBridges(out)]);
  writeTypes(out);
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  copyFileSync(join(ROOT, 'LICENSE'), join(out, 'LICENSE'));
  copyFileSync(join(__dirname, 'package/README.md'), join(out, 'README.md'));
  const packing = ['pack', out, '--silent', '--ignore-scripts', '--pack-destination', folder];
  console.log(join(folder, execFileSync('npm', packing, { encoding: 'utf8' }).trim()));
}

/** The sources, without those that are only types. */
const modules = (): string[] =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('generated/'),
  );

/** Writes each source file as a module of its own; only IDLs are put into the one module that imports each. */
async function writeModules(out: string): Promise<void> {
  await build({
    entryPoints: modules().map((file) => join(SOURCES, file)),
    outdir: join(out, 'dist'),
    outbase: SOURCES,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    logLevel: 'warning',
    plugins: [keepImports],
  });
  mkdirSync(join(out, 'dist/generated'), { recursive: true });
  for (const file of readdirSync(join(SOURCES, 'generated')).filter((name) => name.endsWith('.json')))
    copyFileSync(join(SOURCES, 'generated', file), join(out, 'dist/generated', file));
}

const keepImports: Plugin = {
  name: 'keep imports',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind, resolveDir }) => {
      if (kind === 'entry-point' || path.endsWith('.json')) return undefined;
      return { path: specifier(path, resolveDir), external: true };
    });
  },
};

/** A module's name as a file in the package asks for it: with its ending, or by the name of its bridge. */
function specifier(path: string, folder: string): string {
  const bridge = Object.entries(BRIDGES).find(([, { from }]) => from === path);
  if (bridge) return `#${bridge[0]}`;
  if (!path.startsWith('.')) return path;
  return existsSync(join(folder, `${path}.ts`)) ? `${path}.js` : `${path}/index.js`;
}

/** Writes how Node and bundlers import each CommonJS package. */
async function writeBridges(out: string): Promise<void> {
  const folder = join(out, 'dist/bridges');
  mkdirSync(folder, { recursive: true });
  for (const [bridge, { from, names, included }] of Object.entries(BRIDGES)) {
    const contents = `export { ${names.join(', ')} } from '${from}';\n`;
    if (included) {
      await include(join(folder, `${bridge}.js`), contents);
      continue;
    }
    writeFileSync(join(folder, `${bridge}.js`), contents);
    const exported = names.map((name) => `export const ${name} = all.${name};\n`).join('');
    writeFileSync(join(folder, `${bridge}.node.js`), `import all from '${from}';\n${exported}`);
  }
}

/** Puts a package's code in, with that of its own dependencies. */
async function include(file: string, contents: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: __dirname },
    outfile: file,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    keepNames: true,
    logLevel: 'warning',
    plugins: [shareModules],
  });
}

/**
 * What is put in uses the application's own web3.js, whose classes must be the same. SPL Governance asks nodes with axios in
 * one function, which the SDK doesn't use.
 */
const shareModules: Plugin = {
  name: 'share modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(@solana\/web3\.js|buffer)$/ }, ({ path, namespace }) =>
      namespace === 'shared' ? { path, external: true } : { path, namespace: 'shared' },
    );
    onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({ contents: `export * from '${path}';` }));
    onResolve({ filter: /^axios$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default undefined;' }));
  },
};

/** Writes the declarations, in which other modules are named as in the code. @throws if the sources don't compile */
function writeTypes(out: string): void {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const program = ts.createProgram(
    [...modules(), 'sodium-native.d.ts'].map((file) => join(SOURCES, file)),
    {
      ...options,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: SOURCES,
      outDir: join(out, 'dist'),
      types: ['node'],
    },
  );
  const { diagnostics } = program.emit(undefined, (file, text) => {
    const folder = join(SOURCES, relative(join(out, 'dist'), dirname(file)));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      text.replaceAll(RELATIVE, (_, before, path) => `${before}${specifier(path, folder)}`),
    );
  });
  const [first] = [...program.getSyntacticDiagnostics(), ...diagnostics];
  if (first) throw new Error(ts.flattenDiagnosticMessageText(first.messageText, '\n'));
}

/** A relative module in a declaration: behind `from`, `import` or in `import()`. */
const RELATIVE = /(\b(?:from|import) ?\(?['"])(\.[^'"]+)/g;

const sdk = () => JSON.parse(readFileSync(join(__dirname, 'package.json'), 'utf8'));
const dependencies = (): Record<string, string> => sdk().dependencies;

/** The package's own `package.json`, which follows that of the workspace. */
function manifest(): object {
  const { version, license, exports, imports } = sdk();
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const built = (path: string) => path.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '.js');
  const entries = Object.entries(exports as Record<string, string>)
    .filter(([entry]) => !entry.includes('*'))
    .map(([entry, path]) => [entry, { types: built(path).replace(/js$/, 'd.ts'), default: built(path) }]);
  const { node, default: other } = imports['#crypto'];
  const bridges = Object.entries(BRIDGES).map(([bridge, { included }]) => {
    const path = `./dist/bridges/${bridge}`;
    const all = `${path}.js`;
    return [`#${bridge}`, included ? all : { node: `${path}.node.js`, default: all }];
  });
  return {
    name: NAME,
    version,
    description:
      'Networks of devices, shared assets, markets and their oracles on Solana: the client of Commonwire.',
    license,
    engines,
    type: 'module',
    sideEffects: false,
    exports: {
      ...Object.fromEntries(entries),
      './idl/*.json': './dist/generated/*.json',
      './idl/*': { types: './dist/generated/*.d.ts' },
    },
    imports: { '#crypto': { node: built(node), default: built(other) }, ...Object.fromEntries(bridges) },
    dependencies: dependencies(),
  };
}

void runMain(main);
