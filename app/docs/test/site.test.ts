import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { domain } from '@commonwire/oracle';
import { expect } from 'chai';
import { render } from '../src/markdown';
import { API_PAGE, CODES_PAGE, pathOf, SECTIONS } from '../src/pages';
import { buildSite } from '../src/site';

const ROOT = join(__dirname, '../../..');

/** The text of HTML as this site writes it. */
const plainText = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

type Tag = { readonly tag: string } & Readonly<Partial<Record<string, string>>>;

/** Each tag that opens, with its attributes. */
const tagsOf = (html: string): Tag[] =>
  [...html.matchAll(/<([a-z]\w*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>/g)].map(
    ([, tag = '', attributes = '']) => ({
      tag,
      ...Object.fromEntries(
        [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, plainText(value!)]),
      ),
    }),
  );

describe("the documents' site", () => {
  const { files, brokenLinks } = buildSite();
  const pages = [...files]
    .filter(([path]) => path.endsWith('.html'))
    .map(([path, html]) => ({ path, tags: tagsOf(String(html)), html: String(html) }));

  it('has every document once, in the section of those who read it', () => {
    const documents = readdirSync(join(ROOT, 'docs'), { encoding: 'utf8', recursive: true })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    const listed = SECTIONS.flatMap((section) => section.pages);
    expect(listed).to.have.members([...documents, 'README.md', 'CONTRIBUTING.md', API_PAGE, CODES_PAGE]);
    for (const page of listed) expect(files.has(pathOf(page)), page).to.equal(true);
  });

  it('has no link that leads nowhere: page, heading, picture or file', () => {
    expect(brokenLinks).to.deep.equal([]);
    for (const { path, tags } of pages)
      for (const target of tags.flatMap(({ href, src }) => href ?? src ?? [])) {
        if (/^https?:/.test(target)) continue;
        const [file = '', anchor] = target.split('#');
        const named = file === '' ? path : posix.join(posix.dirname(path), file);
        expect(files.has(named), `${path}: ${target}`).to.equal(true);
        if (anchor === undefined) continue;
        const there = pages.find((page) => page.path === named)?.tags ?? [];
        expect(
          there.some(({ id }) => id === decodeURIComponent(anchor)),
          `${path}: ${target}`,
        ).to.equal(true);
      }
  });

  it('loads nothing from another host, and runs scripts on the page of the API alone', () => {
    for (const { path, tags } of pages) {
      const named = (...names: string[]) => tags.filter(({ tag }) => names.includes(tag));
      const loaded = named('script', 'link', 'img', 'iframe').map(({ src, href }) => src ?? href ?? 'inline');
      expect(
        loaded.filter((source) => /^(\w+:|\/\/|inline)/.test(source)),
        path,
      ).to.deep.equal([]);
      expect(named('script').length, path).to.equal(path === API_PAGE ? 2 : 0);
      const policy = tags.find((tag) => tag['http-equiv'] === 'Content-Security-Policy');
      expect(policy?.content, path).to.match(/^default-src 'none'/);
      expect(named('h1').length, path).to.equal(1);
    }
    const css = String(files.get('style.css')) + String(files.get('api/swagger-ui.css'));
    expect(css.match(/(@import|url\((?!"?data:))[^)]*/g)).to.equal(null);
  });

  it('explains every code and shows every request', () => {
    const codes = plainText(pages.find(({ path }) => path === CODES_PAGE)!.html);
    for (const [code, reason] of Object.entries(domain.reasons))
      expect(codes).to.include(code).and.include(reason);
    for (const program of ['network', 'assets', 'market', 'stake'])
      for (const { code, msg } of require(`@commonwire/sdk/idl/${program}.json`).errors)
        expect(codes).to.include(String(code)).and.include(msg);
    const api = JSON.parse(String(files.get('api/openapi.json')));
    expect(Object.keys(api.paths)).to.include('/v1/network');
    expect(String(files.get('api/openapi.js'))).to.include(JSON.stringify(api));
  });

  it('gives headings the ids by which GitHub knows them, and shows HTML as text', () => {
    const source =
      "# It's `A b`, *so*\n## Twice\n## Twice\n<script>alert(1)</script>\n[x](javascript:alert(1))";
    const { html, anchors, title } = render(source, (target) => target);
    expect([...anchors]).to.deep.equal(['its-a-b-so', 'twice', 'twice-1']);
    expect(title).to.equal("It's A b, so");
    expect(html).to.not.match(/<script|href="javascript/);
  });
});
