import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runMain } from '@commonwire/sdk/node';
import { bundle, PIPE } from './bundle';
import { STEPS } from './src/epoch/steps/stores';
import { taskNames } from './src/tasks/tasks';

/**
 * Bundles every function of serverless.yml into `oracle/dist`. The native signature check can't be bundled and is
 * copied there for both processor types of AWS Lambda.
 */
const FUNCTIONS = ['ingest', 'settlements', 'status', 'copy', ...taskNames, ...STEPS];
const OUT = join(__dirname, 'dist');
/** sodium-native and the packages that load its binary. Their folders are copied. */
const NATIVE = [
  'sodium-native',
  'require-addon',
  'bare-addon-resolve',
  'bare-module-resolve',
  'bare-semver',
  'which-runtime',
  'bare-assert',
];
const PREBUILDS = ['linux-x64', 'linux-arm64', `${process.platform}-${process.arch}`];

async function main(): Promise<void> {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await bundle(
    FUNCTIONS.map((name) => join(__dirname, 'src/functions', `${name}.ts`)),
    OUT,
  );
  // Off AWS.
  await bundle([PIPE], OUT);
  for (const name of NATIVE) await copyPackage(name);
}

async function copyPackage(name: string): Promise<void> {
  // Looked up by folder, because not every package exports its package.json.
  const folders = createRequire(__filename).resolve.paths(name) ?? [];
  const from = folders.map((folder) => join(folder, name)).find(existsSync);
  if (!from) throw new Error(`${name} is not installed; run npm ci`);
  await cp(from, join(OUT, 'node_modules', name), {
    recursive: true,
    filter: (path) => {
      const [, platform, file = ''] = /prebuilds\/([^/]+)\/?(.*)$/.exec(path) ?? [];
      return platform === undefined || (PREBUILDS.includes(platform) && !file.endsWith('.bare'));
    },
  });
}

void runMain(main);
