import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = join(__dirname, '../..');

/** A module's code asks for something that only Node has. `imports` says which file asks for what. */
export class NodeImportError extends Error {
  constructor(readonly imports: readonly string[]) {
    super(`not for browsers: ${imports.join('; ')}`);
  }
}

/**
 * Bundles a module for browsers, as an application's own bundler would: one minified ES module.
 * @param entry a package's export such as `@commonwire/sdk/core`, or a file's path
 * @throws NodeImportError for imports of `node:` modules, and of other built-in modules that no npm package stands in for
 */
export async function bundleForBrowser(entry: string): Promise<Uint8Array> {
  const found: string[] = [];
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'silent',
    plugins: [collectNodeImports(found)],
  });
  if (found.length > 0) throw new NodeImportError([...new Set(found)]);
  return outputFiles[0]!.contents;
}

const BUILT_IN = new RegExp(`^(node:.*|${builtinModules.filter((name) => /^\w/.test(name)).join('|')})$`);

/** Goes on past each Node import, so that one bundling finds all of them. */
function collectNodeImports(found: string[]): Plugin {
  const AGAIN = {};
  return {
    name: 'collect Node imports',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: BUILT_IN }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (pluginData === AGAIN) return undefined;
        if (!path.startsWith('node:')) {
          const replaced = await resolve(path, { importer, kind, resolveDir, pluginData: AGAIN });
          if (replaced.errors.length === 0) return replaced;
        }
        found.push(`${relative(ROOT, importer)} imports ${path}`);
        return { path, namespace: 'node-only' };
      });
      onLoad({ filter: /.*/, namespace: 'node-only' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/** The exports of a module bundled for browsers, without Node's native code. */
export async function importBundled<T>(entry: string): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'commonwire-bundle-'));
  try {
    const file = join(folder, 'bundle.mjs');
    await writeFile(file, await bundleForBrowser(entry));
    return (await import(pathToFileURL(file).href)) as T;
  } finally {
    await rm(folder, { recursive: true });
  }
}
