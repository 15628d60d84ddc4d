/** What may be put into an element: text becomes a text node, never markup, whatever an oracle answers. */
export type Content = Node | string | number;

/** An element with attributes and content. Values from outside belong into content, never into attribute names. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  ...content: Content[]
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...content.map(toNode));
  return created;
}

/** The same in SVG. */
export function svg(
  tag: string,
  attributes: Record<string, string | number>,
  ...content: Content[]
): SVGElement {
  const created = document.createElementNS('http://www.w3.org/2000/svg', tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, String(value));
  created.append(...content.map(toNode));
  return created;
}

/** A column: its heading, what a row shows in it, and whether that is a number (aligned right). */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => Content | Content[];
  number?: boolean;
}

/** A table that scrolls by itself on a narrow screen, by keyboard too; its first column heads each row. */
export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): HTMLElement {
  const align = ({ number }: Column<Row>): Record<string, string> => (number ? { class: 'number' } : {});
  const head = columns.map((column) => element('th', { scope: 'col', ...align(column) }, column.title));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...columns.map((column, i) => {
        const content = [column.cell(row)].flat();
        const attributes = align(column);
        return i === 0
          ? element('th', { scope: 'row', ...attributes }, ...content)
          : element('td', attributes, ...content);
      }),
    ),
  );
  return element(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
  );
}

/** The element of the page's own markup with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

const shown = new Map<string, string>();

/**
 * Replaces what `#id` holds, but only if `data`, on which it depends, differ from the last time: what a reader has
 * selected or scrolled to stays while nothing changes.
 */
export function show(id: string, data: unknown, build: () => Content[]): void {
  const key = JSON.stringify(data, (_, value) => (typeof value === 'bigint' ? `${value}` : value)) ?? '';
  if (shown.get(id) === key) return;
  shown.set(id, key);
  byId(id).replaceChildren(...build().map(toNode));
}

function toNode(content: Content): Node {
  return content instanceof Node ? content : document.createTextNode(String(content));
}
