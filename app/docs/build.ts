import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { runMain, UsageError } from '@commonwire/sdk/node';
import { buildSite } from './src/site';

const USAGE = `npm run build:docs -- [FOLDER]

Writes the documents as a site to a folder that any static server can serve (default: app/docs/dist).`;

function main([given = join(__dirname, 'dist'), ...more]: readonly string[]): void {
  if (more.length > 0) throw new UsageError(`${more[0]} is one argument too many; give one folder`);
  const folder = resolve(given);
  const { files, brokenLinks } = buildSite();
  if (brokenLinks.length > 0) throw new Error(`links that lead nowhere: ${brokenLinks.join('; ')}`);
  for (const [path, body] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  }
  console.log(folder);
}

void runMain(main, { usage: USAGE });
