import { catalog as german } from './src/text/catalog-de';
import { catalog as english } from './src/text/catalog-en';
import { catalog as englishPages } from './src/text/catalog-pages-en';

/** A file of the web application. */
export interface WebFile {
  /** The content type with charset. */
  type: string;
  body: Buffer;
}

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Builds the web application in memory, by path: `/` and what it loads. All paths in it are relative, so any static
 * server can serve it from any folder. The server must also answer `api/oracles` beside the page with
 * `{"oracles": ["http://…", …], "rpc": "http://…"}`, the latter if transactions may be sent. The page reads all other data from the oracles.
 * @param given.inOneFile puts all scripts in one, for tests without modules
 */
export async function buildWeb({ inOneFile = false } = {}): Promise<Map<string, WebFile>> {
  const { build } = await import('vite');
  const built = await build({
    root: __dirname,
    configFile: false,
    envFile: false,
    base: './',
    logLevel: 'silent',
    plugins: [compiledTexts, plainImports],
    worker: { format: 'es', rollupOptions: { output: { entryFileNames: '[name].js' } } },
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      assetsInlineLimit: 0,
      rollupOptions: {
        output: {
          entryFileNames: 'main.js',
          chunkFileNames: '[name].js',
          assetFileNames: '[name][extname]',
          ...(inOneFile && { codeSplitting: false }),
        },
      },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const files = new Map<string, WebFile>();
  for (const file of outputs) {
    const path = file.fileName === 'index.html' ? '/' : `/${file.fileName}`;
    files.set(path, {
      type: typeOf(file.fileName),
      body: Buffer.from(file.type === 'chunk' ? file.code : file.source),
    });
  }
  return files;
}

const CATALOGS: Readonly<Record<string, object>> = {
  'catalog-de': german,
  'catalog-en': english,
  'catalog-pages-en': englishPages,
};

/** Puts the compiled texts in place of the modules that compile them. */
const compiledTexts = {
  name: 'compiled texts',
  load: (id: string) => {
    const name = /[\\/]src[\\/]text[\\/](catalog-[\w-]+)\.ts$/.exec(id)?.[1];
    return name === undefined ? null : `export const catalog = ${JSON.stringify(CATALOGS[name])};`;
  },
};

/** Chunks bring no styles: to load one takes nothing but its `import`, without Vite's code for preloading. */
const plainImports = {
  name: 'plain imports',
  enforce: 'pre' as const,
  load: (id: string) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
};

const typeOf = (name: string): string => TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
