import { join } from 'node:path';

/** Path of a program's committed binary. CI proves that the sources build to it. */
export const prebuilt = (name: string): string => join(__dirname, 'prebuilt', `${name}.so`);
