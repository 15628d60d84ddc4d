import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runMain } from '@commonwire/sdk/node';
import { build } from 'esbuild';

/**
 * Bundles the command into `dist`, so that it can be packed and installed without this repository. Only libsodium, which is
 * native code, remains a dependency.
 */
const OUT = join(__dirname, 'dist');

async function main(): Promise<void> {
  await rm(OUT, { recursive: true, force: true });
  await build({
    // A thread of its own loads the worker.
    entryPoints: {
      main: join(__dirname, 'src/main.ts'),
      'verify-worker': join(__dirname, 'src/auditing/verify-worker.ts'),
    },
    outdir: OUT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    // tsx loads TypeScript, which only the repository has.
    external: ['sodium-native', 'tsx', './verify-worker'],
    logLevel: 'warning',
  });
}

void runMain(main);
