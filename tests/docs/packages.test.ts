import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';

const ROOT = join(__dirname, '../..');
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\brequire\(|\bresolve\() ?'([^']+)'/g;

interface Package {
  readonly name: string;
  readonly folder: string;
  /** Internal packages that its package.json names. */
  readonly declared: readonly string[];
}

const isInternal = (name: string): boolean => name.startsWith('@commonwire/');

function packageIn(folder: string): Package {
  const { name, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
  );
  const declared = Object.keys({ ...dependencies, ...devDependencies }).filter(isInternal);
  return { name, folder, declared };
}

const packages = [...readdirSync(join(ROOT, 'app')).map((name) => `app/${name}`), 'oracle', 'toolchain'].map(
  packageIn,
);

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'generated'].includes(entry.name) ? [] : sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** The package whose module an import names, by its name or by a path; undefined for any other module. */
function importedPackage(file: string, module: string): string | undefined {
  if (isInternal(module)) return module.split('/').slice(0, 2).join('/');
  if (!module.startsWith('.')) return undefined;
  const target = relative(ROOT, resolve(ROOT, dirname(file), module));
  return packages.find(({ folder }) => target === folder || target.startsWith(`${folder}/`))?.name;
}

describe('packages', () => {
  for (const { name, folder, declared } of packages) {
    const imports = sources(folder).flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].flatMap(([, module]) => {
        const imported = importedPackage(file, module!);
        return imported === undefined || imported === name ? [] : [{ file, module: module!, imported }];
      }),
    );

    it(`${name} declares the packages of the workspace that it imports, and no others`, () => {
      const imported = new Set(imports.map((one) => one.imported));
      expect([...declared].sort()).to.deep.equal([...imported].sort());
    });

    it(`${name} imports others by their names, but for its tests`, () => {
      const byPath = imports.filter(({ module }) => module.startsWith('.'));
      expect(
        byPath.map(({ file }) => file).filter((file) => !file.startsWith(`${folder}/test/`)),
      ).to.deep.equal([]);
    });
  }
});
