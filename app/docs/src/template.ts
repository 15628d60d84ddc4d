import { escaped, type Rendered } from './markdown';

/** The pages beside each page, by section. */
export interface Navigation {
  readonly title: string;
  readonly links: readonly { readonly path: string; readonly title: string }[];
}

interface Frame {
  readonly path: string;
  readonly title: string;
  readonly navigation: readonly Navigation[];
  /** The way to another path of the site. */
  readonly hrefOf: (path: string) => string;
}

/** Nothing is loaded but files of the site, and pages run no script. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
/** Swagger UI sets styles itself and draws with `data:` images. It may ask oracles, wherever they are. */
const API_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src *; base-uri 'none'";

function frame({ path, title, navigation, hrefOf }: Frame, content: string, head: string): string {
  const item = (link: Navigation['links'][number]) =>
    `<li><a href="${escaped(hrefOf(link.path))}"${link.path === path ? ' aria-current="page"' : ''}>${escaped(link.title)}</a></li>`;
  const sections = navigation
    .map((section) => `<h2>${escaped(section.title)}</h2><ul>${section.links.map(item).join('')}</ul>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Commonwire</title>
<link rel="stylesheet" href="${escaped(hrefOf('style.css'))}">
${head}
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header><a href="${escaped(hrefOf('index.html'))}">Commonwire</a></header>
<nav aria-label="Documents">
${sections}
</nav>
<main id="content">
${content}
</main>
</body>
</html>
`;
}

const policy = (text: string): string =>
  `<meta http-equiv="Content-Security-Policy" content="${escaped(text)}">`;

/** A page of text. */
export const pageHtml = ({
  rendered,
  ...page
}: Omit<Frame, 'title'> & { readonly rendered: Rendered }): string =>
  frame({ ...page, title: rendered.title }, rendered.html, policy(POLICY));

/** The page of the oracles' API, which loads Swagger UI. */
export function apiPage(page: Pick<Frame, 'navigation' | 'hrefOf'>): string {
  const head = [policy(API_POLICY), '<link rel="stylesheet" href="swagger-ui.css">'].join('\n');
  const content = [
    '<h1>HTTP API</h1>',
    '<p>Every oracle serves this document at <a href="openapi.json"><code>/openapi.json</code></a>.</p>',
    '<div id="api"></div>',
    '<noscript><p>This page needs JavaScript; the document itself does not.</p></noscript>',
    '<script src="swagger-ui-bundle.js"></script>',
    '<script src="openapi.js"></script>',
  ].join('\n');
  return frame({ ...page, path: 'api/index.html', title: 'HTTP API' }, content, head);
}

/** Shows an OpenAPI document. It is part of the script, so that the page also works from a file. */
export const apiScript = (document: object): string =>
  `SwaggerUIBundle({ dom_id: '#api', spec: ${JSON.stringify(document)}, validatorUrl: null, deepLinking: true, supportedSubmitMethods: [] });\n`;
