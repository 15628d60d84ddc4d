import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** Where the tests are that the page names by a folder; those of the program without one. */
const FOLDERS: Record<string, string> = {
  cli: 'app/cli/test',
  oracle: 'oracle/test',
  scenarios: 'tests/scenarios',
  sdk: 'app/sdk/test',
};

/** The files that `name` may stand for. */
function filesOf(name: string): string[] {
  if (name.endsWith('.rs')) return ['programs/network', 'crates/merkle'].map((at) => `${at}/tests/${name}`);
  const [first = '', ...rest] = name.split('/');
  const folder = FOLDERS[first];
  return [folder ? `${folder}/${rest.join('/')}.test.ts` : `tests/network/${name}.test.ts`];
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
      const found = filesOf(name).filter((path) => existsSync(join(ROOT, path)));
      expect(found, 'the file').to.have.length(1);
      expect(has(readFileSync(join(ROOT, found[0]!), 'utf8'), title), 'the title').to.equal(true);
    });
});
