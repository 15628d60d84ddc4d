import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'prebuilt');
const ROOT = join(__dirname, '..');

/** Returns the path of a program's committed binary. CI checks that building the sources gives the same bytes. */
export const prebuilt = (name: string): string => join(FOLDER, `${name}.so`);

/** All programs with a committed binary, at the addresses in `Anchor.toml`: this repository's, or that of a copy of it. */
export const prebuiltPrograms = (tree = ROOT): { name: string; address: string; soFile: string }[] => {
  const toml = readFileSync(join(tree, 'Anchor.toml'), 'utf8');
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.so'))
    .map((file) => file.slice(0, -'.so'.length))
    .map((name) => {
      const address = new RegExp(`^${name} = "(\\w+)"$`, 'm').exec(toml)?.[1];
      if (!address) throw new Error(`Anchor.toml has no address for the program ${name}`);
      return { name, address, soFile: prebuilt(name) };
    });
};
