import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** The file that a name on the page stands for. */
function fileOf(name: string): string {
  if (/^(app|crates|oracle|programs|tests)\//.test(name)) return name;
  if (name.endsWith('.rs')) return `programs/network/tests/${name}`;
  return `tests/${name.includes('/') ? name : `network/${name}`}.test.ts`;
}

/** Tests as the page names them: `file` “title”. */
const named = [...page.matchAll(/`([\w./-]+)`\s+“([^”]+)”/g)].map(([, name, title]) => ({
  name: name!,
  title: title!.replaceAll(/\s+/g, ' '),
}));

/** The text of a test as it is written in the source: with its quotes escaped where they have to be. */
const has = (source: string, title: string): boolean =>
  [title, title.replaceAll("'", "\\'")].some((text) => source.includes(text));

describe('docs/security.md', () => {
  it('names tests', () => {
    expect(named.length).to.be.greaterThan(50);
    expect(page.split('“').length - 1, 'all titles stand behind a file').to.equal(named.length);
  });

  for (const { name, title } of named)
    it(`names a test that exists: ${name} “${title}”`, () => {
      const path = join(ROOT, fileOf(name));
      expect(existsSync(path), 'the file').to.equal(true);
      expect(has(readFileSync(path, 'utf8'), title), 'the title').to.equal(true);
    });
});
