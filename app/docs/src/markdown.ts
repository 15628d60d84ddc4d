import MarkdownIt from 'markdown-it';

/** A rendered page. */
export interface Rendered {
  /** Its first heading, as text. */
  readonly title: string;
  readonly html: string;
  /** The ids of its headings. */
  readonly anchors: ReadonlySet<string>;
}

const markdown = new MarkdownIt({ html: false, linkify: false });

/**
 * Renders Markdown. Headings get the ids that GitHub gives them, so that links work there and here.
 * @param hrefOf what a link or an image of the page names in the site
 */
export function render(source: string, hrefOf: (target: string) => string): Rendered {
  const tokens = markdown.parse(source, {});
  const anchors = new Set<string>();
  let title = '';
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const text = textOf(tokens[at + 1]?.children ?? []);
      token.attrSet('id', newAnchor(text, anchors));
      if (title === '') title = text;
    }
    for (const inline of token.children ?? []) {
      const name = inline.type === 'image' ? 'src' : 'href';
      const target = inline.attrGet(name);
      if (target !== null && (inline.type === 'image' || inline.type === 'link_open'))
        inline.attrSet(name, hrefOf(String(target)));
    }
  }
  // Wide tables scroll by themselves.
  const html = markdown.renderer
    .render(tokens, markdown.options, {})
    .replaceAll('<table>', '<div class="table"><table>')
    .replaceAll('</table>', '</table></div>');
  return { title, html, anchors };
}

const textOf = (inline: readonly { content: string }[]): string =>
  inline.map(({ content }) => content).join('');

/** The id of a heading: a number follows where another heading has it. */
function newAnchor(text: string, taken: Set<string>): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
  let anchor = plain;
  for (let count = 1; taken.has(anchor); count++) anchor = `${plain}-${count}`;
  taken.add(anchor);
  return anchor;
}

/** Text as HTML. */
export const escaped = (text: string): string => markdown.utils.escapeHtml(text);
