/** The content of an element. Text always becomes a text node, so an oracle's answer is never markup. */
export type Content = Node | string | number;

/** Makes an element with attributes and content. Untrusted values may be content, but never attribute names. */
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

/** Makes an SVG element. */
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

/** A table column: its heading, its cell for a row, and whether it holds numbers (aligned right). */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => Content | Content[];
  number?: boolean;
}

/** Makes a table whose first column is the row header. It can be scrolled on narrow screens, also by keyboard. */
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

/** Returns the element with this id in the page's markup. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

const shown = new Map<string, string>();

/**
 * Replaces the content of `#id` if the `data` that it depends on has changed. Otherwise selection and scroll position
 * stay as they are.
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
