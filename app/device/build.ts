import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runMain, UsageError } from '@commonwire/sdk/node';
import { build } from 'esbuild';

/** The command's name once it is installed. */
const NAME = 'commonwire-device';
const ROOT = join(__dirname, '../..');

/**
 * Packs the agent as one file without dependencies, so that it installs alone: `npx tsx app/device/build.ts [FOLDER]`
 * (default app/device/dist). Prints the tarball's path. Signatures are computed in JavaScript, so that the same package runs
 * on any processor.
 */
async function main([given = join(__dirname, 'dist'), ...more]: readonly string[]): Promise<void> {
  if (more.length > 0) throw new UsageError(`${more[0]} is one argument too many; give one folder`);
  // To npm, a relative path could be the name of a repository.
  const folder = resolve(given);
  const out = join(folder, 'package');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: [join(__dirname, 'src/main.ts')],
    outfile: join(out, 'main.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    banner: { js: '#!/usr/bin/env node' },
    define: { AGENT_COMMAND: JSON.stringify(NAME) },
    alias: { '#crypto': join(ROOT, 'app/sdk/src/core/crypto.ts') },
    logLevel: 'warning',
  });
  const { version, license } = JSON.parse(readFileSync(join(__dirname, 'package.json'), 'utf8'));
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const description = 'Signs what a device measures and sends it to the oracles of a Commonwire network.';
  const manifest = { name: NAME, version, description, license, engines, bin: { [NAME]: 'main.js' } };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(ROOT, 'LICENSE'), join(out, 'LICENSE'));
  for (const name of ['README.md', `${NAME}.service`])
    copyFileSync(join(__dirname, 'package', name), join(out, name));
  const packed = execFileSync(
    'npm',
    ['pack', out, '--silent', '--ignore-scripts', '--pack-destination', folder],
    {
      encoding: 'utf8',
    },
  );
  console.log(join(folder, packed.trim()));
}

void runMain(main);
