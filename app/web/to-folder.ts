import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildWeb } from './build';

/** `npm run build:web -- DIR`: writes the web application to a folder that any static server can serve. */
async function main([folder = join(__dirname, 'dist')]: readonly string[]): Promise<void> {
  for (const [path, { body }] of await buildWeb()) {
    const file = join(folder, path === '/' ? 'index.html' : path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }
  process.stdout.write(`${folder}\n`);
}

void main(process.argv.slice(2));
