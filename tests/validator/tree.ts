import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../../toolchain/paths';
import { run } from '../../toolchain/process';

/**
 * Copies all files that are tracked or not ignored by git, in their current state, into a new temporary folder, and
 * links the installed packages.
 *
 * @returns the folder; the caller deletes it.
 */
export function copyTree(): string {
  const tree = mkdtempSync(join(realpathSync(tmpdir()), 'commonwire-validator-'));
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    capture: true,
  });
  const files = listed.split('\0').filter((file) => file && existsSync(join(ROOT, file)));
  for (const file of files) cpSync(join(ROOT, file), join(tree, file));
  for (const folder of new Set(files.map((file) => dirname(file))))
    linkPackages(join(folder, 'node_modules'), tree);
  return tree;
}

/**
 * Links each package of a `node_modules`. Links to workspaces of this repository are redirected to the copy, since a
 * link to the whole folder would use this tree's sources.
 */
function linkPackages(folder: string, tree: string): void {
  const from = join(ROOT, folder);
  if (!existsSync(from)) return;
  mkdirSync(join(tree, folder));
  for (const name of readdirSync(from)) {
    if (name.startsWith('@')) linkPackages(join(folder, name), tree);
    else symlinkSync(placeOf(join(from, name), tree), join(tree, folder, name));
  }
}

/** Returns the path of a package for the copy. */
function placeOf(link: string, tree: string): string {
  const place = realpathSync(link);
  const inside = relative(ROOT, place);
  const foreign = inside.startsWith('..') || inside.split('/').includes('node_modules');
  return foreign ? place : join(tree, inside);
}
