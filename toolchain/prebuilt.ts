import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'prebuilt');
const IDLS = join(__dirname, '../app/sdk/src/generated');

/** Returns the path of a program's committed binary. CI checks that building the sources gives the same bytes. */
export const prebuilt = (name: string): string => join(FOLDER, `${name}.so`);

/** All programs with a committed binary, at the addresses that their sources declare. */
export const prebuiltPrograms = (): { name: string; address: string; soFile: string }[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.so'))
    .map((file) => file.slice(0, -'.so'.length))
    .map((name) => {
      const { address } = JSON.parse(readFileSync(join(IDLS, `${name}.json`), 'utf8')) as { address: string };
      return { name, address, soFile: prebuilt(name) };
    });
