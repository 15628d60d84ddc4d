import { join } from 'node:path';

/** Returns the path of a program's committed binary. CI checks that building the sources gives the same bytes. */
export const prebuilt = (name: string): string => join(__dirname, 'prebuilt', `${name}.so`);
