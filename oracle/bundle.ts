import { join } from 'node:path';
import { build } from 'esbuild';

/** What does steps of a close off AWS. */
export const PIPE = join(__dirname, 'src/epoch/steps/pipe.ts');

/** Bundles each of these files, as functions of AWS Lambda are. */
export async function bundle(entryPoints: string[], outdir: string): Promise<void> {
  await build({
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    // dynalite is only for development and never loaded on AWS.
    external: ['sodium-native', 'dynalite'],
    logLevel: 'warning',
  });
}
