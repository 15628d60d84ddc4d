import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A file of the status page. */
export interface WebFile {
  /** The content type with charset. */
  type: string;
  body: Buffer;
}

/**
 * Builds the status page in memory: `/`, `/styles.css`, `/icon.svg` and `/main.js`. The server must also answer
 * `/api/oracles` with `{"oracles": ["http://…", …]}`. The page reads all other data from the oracles.
 */
export async function buildWeb(): Promise<Map<string, WebFile>> {
  const [page, styles, icon, script] = await Promise.all([
    readFile(join(__dirname, 'index.html')),
    readFile(join(__dirname, 'styles.css')),
    readFile(join(__dirname, 'icon.svg')),
    bundle(join(__dirname, 'src', 'main.ts')),
  ]);
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: page }],
    ['/styles.css', { type: 'text/css; charset=utf-8', body: styles }],
    ['/icon.svg', { type: 'image/svg+xml', body: icon }],
    ['/main.js', { type: 'text/javascript; charset=utf-8', body: script }],
  ]);
}

async function bundle(entry: string): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  return Buffer.from(outputFiles[0]!.contents);
}
