import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { openapiDocument } from '@commonwire/oracle';
import { codesPage } from './codes';
import { type Rendered, render } from './markdown';
import { API_PAGE, CODES_PAGE, pathOf, SECTIONS } from './pages';
import { apiPage, apiScript, pageHtml } from './template';

const ROOT = join(__dirname, '../../..');

/** The documents as a site. */
export interface Site {
  /** Files by their path in the site. All paths in them are relative, so any static server can serve it from any folder. */
  readonly files: ReadonlyMap<string, string | Buffer>;
  /** What is wrong with links, such as `docs/oracle.md: docs/gone.md does not exist`. */
  readonly brokenLinks: readonly string[];
}

/** What is on its way from a page of the repository to one of the site. */
interface Page {
  readonly path: string;
  readonly source: string;
  readonly rendered: Rendered;
}

/** Builds the site in memory, from the documents, the READMEs that they link to, the IDLs and the oracle's API. */
export function buildSite(): Site {
  const files = new Map<string, string | Buffer>();
  const broken: string[] = [];
  const pages = new Map<string, Page>();
  /** Links to a heading: who links, to which page and heading. */
  const toHeadings: [from: string, page: string, anchor: string][] = [];
  const waiting = SECTIONS.flatMap((section) => section.pages).filter((page) => page !== API_PAGE);

  for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
    if (pages.has(source)) continue;
    const from = source;
    const path = pathOf(from);
    const hrefOf = (target: string): string => {
      if (/^[a-z]+:/i.test(target)) return target;
      const [file = '', anchor = ''] = target.split('#');
      const named = file === '' ? from : posix.join(posix.dirname(from), file);
      if (anchor !== '') toHeadings.push([from, named, anchor]);
      if (named.endsWith('.md')) waiting.push(named);
      else if (isFile(named)) files.set(named, readFileSync(join(ROOT, named)));
      else broken.push(`${from}: ${named} does not exist`);
      return `${relative(path, pathOf(named))}${anchor && `#${anchor}`}`;
    };
    if (from !== CODES_PAGE && !isFile(from)) {
      broken.push(`${from} does not exist`);
      continue;
    }
    const text = from === CODES_PAGE ? codesPage() : readFileSync(join(ROOT, from), 'utf8');
    pages.set(from, { path, source: from, rendered: render(text, hrefOf) });
  }
  for (const [from, page, anchor] of toHeadings)
    if (pages.has(page) && !pages.get(page)!.rendered.anchors.has(anchor))
      broken.push(`${from}: ${page} has no heading #${anchor}`);

  const titles = new Map([...pages.values()].map(({ source, rendered }) => [source, rendered.title]));
  titles.set(API_PAGE, 'HTTP API');
  const navigation = SECTIONS.map(({ title, pages: named }) => ({
    title,
    links: named.map((page) => ({ path: pathOf(page), title: titles.get(page) ?? page })),
  }));
  const hrefFrom = (path: string) => (to: string) => relative(path, to);
  for (const { path, rendered } of pages.values())
    files.set(path, pageHtml({ path, rendered, navigation, hrefOf: hrefFrom(path) }));
  files.set(API_PAGE, apiPage({ navigation, hrefOf: hrefFrom(API_PAGE) }));
  files.set('api/openapi.js', apiScript(openapiDocument()));
  files.set('api/openapi.json', JSON.stringify(openapiDocument()));
  // The page of the API alone loads them.
  const swagger = dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    files.set(`api/${name}`, readFileSync(join(swagger, name)));
  files.set('style.css', readFileSync(join(__dirname, 'style.css')));
  return { files, brokenLinks: broken };
}

const isFile = (path: string): boolean => {
  const file = join(ROOT, path);
  return !path.startsWith('..') && existsSync(file) && statSync(file).isFile();
};

const relative = (from: string, to: string): string =>
  posix.relative(posix.dirname(from), to) || posix.basename(to);
