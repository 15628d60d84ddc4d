// Which file may import which: rules for dependency-cruiser, which `npm run lint` checks. Tests may import anything.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const APPS = readdirSync(join(ROOT, 'app')).map((name) => `app/${name}`);
const PACKAGES = [...APPS, 'oracle', 'toolchain'].filter((path) =>
  existsSync(join(ROOT, path, 'package.json')),
);

/** Patterns of the files that other packages may import, from the package's `package.json`. */
function entriesOf(path) {
  const { main, exports = { '.': main } } = JSON.parse(
    readFileSync(join(ROOT, path, 'package.json'), 'utf8'),
  );
  return Object.values(exports)
    .filter(Boolean)
    .map((file) => `^${join(path, file).replaceAll('.', '\\.').replaceAll('*', '.+')}$`);
}

/** A package's folder as group 1. */
const PACKAGE = '^(app/[^/]+|oracle|toolchain|migrations)/';
/** Folder of a program in the SDK: any folder but the shared ones. */
const PROGRAM = '(?!core/|device/|generated/|node/|oracle/)[^/]+';
/** `#crypto` in the SDK's `package.json`, which resolves to another file in browsers. */
const BY_IMPORTS_FIELD = ['aliased-subpath-import'];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'sdk-core-alone',
      'core serves every program and depends on none: it imports nothing else of the SDK.',
      { path: '^app/sdk/src/core/' },
      { path: '^app/sdk/', pathNot: '^app/sdk/src/core/', dependencyTypesNot: BY_IMPORTS_FIELD },
    ),
    rule(
      'sdk-program-by-index',
      "A program's folder imports another program's only through its index.ts.",
      { path: `^app/sdk/src/(${PROGRAM})/` },
      { path: `^app/sdk/src/${PROGRAM}/`, pathNot: ['^app/sdk/src/$1/', '^app/sdk/src/[^/]+/index\\.ts$'] },
    ),
    rule(
      'sdk-settlement-by-index',
      'The crank imports settlement planning only through its index.ts.',
      { path: '^app/sdk/src/network/crank/' },
      { path: '^app/sdk/src/network/settlement/', pathNot: '/settlement/index\\.ts$' },
    ),
    rule(
      'sdk-node-apart',
      'Code for browsers imports nothing from node/, except through #crypto.',
      { path: '^app/sdk/src/', pathNot: '^app/sdk/src/node/' },
      { path: '^app/sdk/src/node/', dependencyTypesNot: BY_IMPORTS_FIELD },
    ),
    rule(
      'sdk-no-node-modules',
      'Code for browsers imports no Node module. buffer exists as an npm package.',
      { path: '^app/sdk/src/', pathNot: '^app/sdk/src/node/' },
      { dependencyTypes: ['core'], pathNot: '^buffer$' },
    ),
    rule(
      'oracle-rooms',
      'oracle/src has only index.ts and main.ts at its root; everything else belongs in a folder.',
      { path: '^oracle/src/[^/]+\\.ts$', pathNot: '^oracle/src/(index|main)\\.ts$' },
      {},
    ),
    rule(
      'oracle-rooms-imported',
      'The same for files that import nothing themselves.',
      {},
      { path: '^oracle/src/[^/]+\\.ts$', pathNot: '^oracle/src/(index|main)\\.ts$' },
    ),
    rule(
      'oracle-domain-pure',
      "The oracle's rules import nothing of the oracle outside domain.",
      { path: '^oracle/src/domain/' },
      { path: '^oracle/src/', pathNot: '^oracle/src/domain/' },
    ),
    rule(
      'oracle-users',
      "Only the demo imports the oracle, and the documents' site its codes and API; app/cli imports its rules.",
      { pathNot: '^(oracle|app/demo|app/docs|app/cli)/' },
      { path: '^oracle/' },
    ),
    rule(
      'oracle-domain-for-cli',
      'Of the oracle, app/cli imports only @commonwire/oracle/domain.',
      { path: '^app/cli/' },
      { path: '^oracle/', pathNot: '^oracle/src/domain/index\\.ts$' },
    ),
    rule(
      'package-by-name',
      'Another package is imported by its name, not by a path.',
      { path: PACKAGE },
      { path: PACKAGE, pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    ),
    rule(
      'package-by-entry',
      'Another package is imported only through the entries in its package.json.',
      { path: PACKAGE },
      { path: PACKAGE, pathNot: ['^$1/', ...PACKAGES.flatMap(entriesOf)] },
    ),
    rule(
      'no-circles',
      'No file imports itself through others. Type imports count.',
      { path: PACKAGE },
      { circular: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(app/[^/]+|oracle|toolchain)/test/' },
    // Types count as well.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
