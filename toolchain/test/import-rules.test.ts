import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { ROOT } from '../paths';

const { forbidden: rules }: { forbidden: { name: string }[] } = require('../import-rules.cjs');

/** A tree of files with the rules that each one breaks. */
const FILES: Record<string, { imports: string[]; breaks?: string[] }> = {
  'app/sdk/src/core/index.ts': { imports: ['./uses-crypto'] },
  'app/sdk/src/core/uses-crypto.ts': { imports: ['#crypto', 'buffer'] },
  'app/sdk/src/core/knows-program.ts': { imports: ['../network/index'], breaks: ['sdk-core-alone'] },
  'app/sdk/src/core/knows-oracle.ts': { imports: ['../oracle/index'], breaks: ['sdk-core-alone'] },
  'app/sdk/src/core/reads-files.ts': { imports: ['node:fs'], breaks: ['sdk-no-node-modules'] },
  'app/sdk/src/node/crypto.ts': { imports: ['node:crypto', '../core/bytes'] },
  'app/sdk/src/core/bytes.ts': { imports: [] },
  'app/sdk/src/oracle/index.ts': { imports: ['../core/bytes'] },
  'app/sdk/src/device/reads-keys.ts': { imports: ['../node/crypto'], breaks: ['sdk-node-apart'] },
  'app/sdk/src/device/hashes.ts': { imports: ['crypto'], breaks: ['sdk-no-node-modules'] },
  'app/sdk/src/network/index.ts': { imports: ['./merkle', '../core/bytes', '../oracle/index'] },
  'app/sdk/src/network/merkle.ts': { imports: [] },
  'app/sdk/src/network/settlement/index.ts': { imports: ['./plan'] },
  'app/sdk/src/network/settlement/plan.ts': { imports: ['../merkle'] },
  'app/sdk/src/network/crank/crank.ts': { imports: ['../settlement/index', '../merkle'] },
  'app/sdk/src/network/crank/plans.ts': {
    imports: ['../settlement/plan'],
    breaks: ['sdk-settlement-by-index'],
  },
  'app/sdk/src/stake/index.ts': { imports: ['../network/index', '../core/bytes'] },
  'app/sdk/src/stake/proves.ts': { imports: ['../network/merkle'], breaks: ['sdk-program-by-index'] },
  'oracle/src/index.ts': { imports: ['./tasks/close', './domain/index', '@commonwire/sdk/core'] },
  'oracle/src/main.ts': { imports: ['./index'] },
  'oracle/src/tasks/close.ts': { imports: ['../domain/index'] },
  'oracle/src/domain/index.ts': { imports: ['./rules'] },
  'oracle/src/domain/rules.ts': { imports: [] },
  'oracle/src/domain/asks-chain.ts': { imports: ['../tasks/close'], breaks: ['oracle-domain-pure'] },
  'oracle/src/homeless.ts': { imports: ['./domain/index'], breaks: ['oracle-rooms'] },
  'oracle/src/log/uses-homeless.ts': { imports: ['../constants'], breaks: ['oracle-rooms-imported'] },
  'oracle/src/constants.ts': { imports: [] },
  'app/demo/src/main.ts': { imports: ['@commonwire/oracle', '@commonwire/sdk/core'] },
  'app/demo/src/deep.ts': {
    imports: ['../../../oracle/src/tasks/close'],
    breaks: ['package-by-entry', 'package-by-name'],
  },
  'app/demo/src/by-path.ts': { imports: ['../../sdk/src/core/index'], breaks: ['package-by-name'] },
  'app/cli/src/main.ts': { imports: ['@commonwire/oracle/domain'] },
  'app/cli/src/whole-oracle.ts': { imports: ['@commonwire/oracle'], breaks: ['oracle-domain-for-cli'] },
  'app/cli/test/tests.test.ts': { imports: ['../../../oracle/src/tasks/close'] },
  'app/web/src/rules.ts': { imports: ['@commonwire/oracle/domain'], breaks: ['oracle-users'] },
  'app/web/src/egg.ts': { imports: ['./hen'], breaks: ['no-circles'] },
  // Only the first file of a circle is listed.
  'app/web/src/hen.ts': { imports: ['type ./egg'] },
};

const outputSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

describe('import rules', () => {
  let root: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'commonwire-imports-'));
    const write = async (path: string, text: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    };
    for (const [path, { imports }] of Object.entries(FILES)) {
      const lines = imports.map((name, i) =>
        name.startsWith('type ')
          ? `import type { own as other${i} } from '${name.slice('type '.length)}';`
          : `import * as other${i} from '${name}'; console.log(other${i});`,
      );
      await write(path, `${lines.join('\n')}\nexport const own = 1;\n`);
    }
    const sdk = {
      exports: { './core': './src/core/index.ts' },
      imports: { '#crypto': { node: './src/node/crypto.ts', default: './src/core/crypto.ts' } },
    };
    await write('app/sdk/package.json', JSON.stringify({ name: '@commonwire/sdk', ...sdk }));
    await write('oracle/package.json', await readFile(join(ROOT, 'oracle/package.json'), 'utf8'));
    await write('package.json', JSON.stringify({ workspaces: ['app/*', 'oracle'] }));
    await mkdir(join(root, 'node_modules/@commonwire'), { recursive: true });
    await symlink(join(root, 'app/sdk'), join(root, 'node_modules/@commonwire/sdk'));
    await symlink(join(root, 'oracle'), join(root, 'node_modules/@commonwire/oracle'));
  });
  after(() => rm(root, { recursive: true }));

  it('each rule has a file here that breaks it', () => {
    const names = new Set(rules.map(({ name }) => name));
    expect([...names]).to.have.members([
      ...new Set(Object.values(FILES).flatMap(({ breaks = [] }) => breaks)),
    ]);
  });

  it('every import that breaks a rule is found, and no other', async () => {
    const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [bin, '--config', join(ROOT, 'toolchain/import-rules.cjs'), '-T', 'json', 'app', 'oracle'];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }, (_, stdout) => resolve(stdout));
    });
    const { violations } = outputSchema.parse(JSON.parse(output)).summary;
    const broken = Object.entries(FILES).flatMap(([path, { breaks = [] }]) =>
      breaks.map((name) => `${path}: ${name}`),
    );
    expect(violations.map(({ from, rule }) => `${from}: ${rule.name}`)).to.have.members(broken);
  }).timeout(60_000);
});
