// Which file may import which: dependency-cruiser's rules, checked by `npm run lint`. Tests may import what they like.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const APPS = readdirSync(join(ROOT, 'app')).map((name) => `app/${name}`);
const PACKAGES = [...APPS, 'oracle', 'toolchain'].filter((path) =>
  existsSync(join(ROOT, path, 'package.json')),
);

/** Pattern of the files by which others may import a package, as its `package.json` names them. */
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
/** Folder of a program in the SDK: all but those that belong to none. */
const PROGRAM = '(?!core/|device/|generated/|node/|oracle/)[^/]+';
/** By `#crypto` in the SDK's `package.json`, which browsers resolve to another file. */
const BY_IMPORTS_FIELD = ['aliased-subpath-import'];

/** Circles of two files that are still there. None may be added. */
const KNOWN_CIRCLES = [
  ['app/localnet/src/chain/chain.ts', 'app/localnet/src/chain/faucet.ts'],
  ['oracle/src/domain/audit.ts', 'oracle/src/domain/difference.ts'],
  ['oracle/src/domain/registry.ts', 'oracle/src/domain/types.ts'],
  ['oracle/src/ingest/ingest.ts', 'oracle/src/runtime/oracle.ts'],
];
const oneOf = (files) => `^(${files.join('|').replaceAll('.', '\\.')})$`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'sdk-core-alone',
      'core serves every program and knows none: it imports nothing else of the SDK.',
      { path: '^app/sdk/src/core/' },
      { path: '^app/sdk/', pathNot: '^app/sdk/src/core/', dependencyTypesNot: BY_IMPORTS_FIELD },
    ),
    rule(
      'sdk-program-by-index',
      "A program's folder imports another program's by its index.ts alone.",
      { path: `^app/sdk/src/(${PROGRAM})/` },
      { path: `^app/sdk/src/${PROGRAM}/`, pathNot: ['^app/sdk/src/$1/', '^app/sdk/src/[^/]+/index\\.ts$'] },
    ),
    rule(
      'sdk-settlement-by-index',
      'The crank imports the settlement planner by its index.ts alone.',
      { path: '^app/sdk/src/network/crank/' },
      { path: '^app/sdk/src/network/settlement/', pathNot: '/settlement/index\\.ts$' },
    ),
    rule(
      'sdk-node-apart',
      'What browsers load imports nothing from node/ but by #crypto.',
      { path: '^app/sdk/src/', pathNot: '^app/sdk/src/node/' },
      { path: '^app/sdk/src/node/', dependencyTypesNot: BY_IMPORTS_FIELD },
    ),
    rule(
      'sdk-no-node-modules',
      "What browsers load imports no module of Node's. Of buffer there is an npm package.",
      { path: '^app/sdk/src/', pathNot: '^app/sdk/src/node/' },
      { dependencyTypes: ['core'], pathNot: '^buffer$' },
    ),
    rule(
      'oracle-rooms',
      'oracle/src has index.ts and main.ts at its root; all else belongs to a folder.',
      { path: '^oracle/src/[^/]+\\.ts$', pathNot: '^oracle/src/(index|main)\\.ts$' },
      {},
    ),
    rule(
      'oracle-rooms-imported',
      'As oracle-rooms, of a file that imports nothing itself.',
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
      'Only the demo imports the oracle, and app/cli its rules.',
      { pathNot: '^(oracle|app/demo|app/cli)/' },
      { path: '^oracle/' },
    ),
    rule(
      'oracle-domain-for-cli',
      'app/cli imports @commonwire/oracle/domain alone.',
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
      'Another package is imported by the entries that its package.json names.',
      { path: PACKAGE },
      { path: PACKAGE, pathNot: ['^$1/', ...PACKAGES.flatMap(entriesOf)] },
    ),
    rule(
      'no-circles',
      'No file imports itself by way of others, types included.',
      { path: PACKAGE, pathNot: oneOf(KNOWN_CIRCLES.flat()) },
      { circular: true },
    ),
    ...KNOWN_CIRCLES.map((pair) =>
      rule(
        'no-further-circles',
        `The circle of ${pair.join(' and ')} is known; no other may go through these files.`,
        { path: oneOf(pair) },
        { circular: true, via: { pathNot: oneOf(pair) } },
      ),
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
