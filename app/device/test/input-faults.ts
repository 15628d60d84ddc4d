/** The first of the readings, unix seconds. */
export const START = Date.parse('2024-07-18T06:00:00Z') / 1000;

/** Lines of a morning, `step` seconds apart. */
export const morning = (count = 12, step = 900): string[] =>
  Array.from(
    { length: count },
    (_, i) => `${new Date((START + i * step) * 1000).toISOString()},${1000 + i * 40}`,
  );
const withLine = (position: number, line: string, lines = morning()): string[] => lines.with(position, line);
/** Lines under a header. */
export const text = (lines: readonly string[], header = 'time,watts'): string =>
  [header, ...lines, ''].join('\n');

/** Inputs with one fault, and how many of the twelve readings of {@link morning} each must give. */
export const faults: readonly (readonly [what: string, content: string | Uint8Array, count: number])[] = [
  ['nothing', text(morning()), 12],
  ['an empty value', text(withLine(5, '2024-07-18T07:15:00Z,')), 11],
  ['NaN', text(withLine(5, '2024-07-18T07:15:00Z,NaN')), 11],
  ['a word', text(withLine(5, '2024-07-18T07:15:00Z,unavailable')), 11],
  ['a cut line', text(withLine(5, '2024-07-18T07:1')), 11],
  ['binary rubbish', text(withLine(5, '\u0001\u0002\u0003')), 11],
  ['a code for a missing value', text(withLine(5, '2024-07-18T07:15:00Z,-9999')), 11],
  ['a time in 2105', text(withLine(5, '2105-01-01 00:00:00+00:00,1185')), 11],
  ['a time in 1970', text(withLine(5, '1970-01-01 00:00:00+00:00,1185')), 11],
  ['a time tomorrow', text(withLine(5, '2024-07-19 07:15:00+00:00,1185')), 11],
  ['a last time tomorrow', text(withLine(11, '2024-07-19 07:15:00+00:00,1185')), 11],
  ['two lines swapped', text(morning().with(5, morning()[6]!).with(6, morning()[5]!)), 11],
  ['a line twice', text([...morning().slice(0, 6), morning()[5]!, ...morning().slice(6)]), 12],
  ['a byte order mark', `\uFEFF${text(morning())}`, 12],
  ['semicolons', text(morning()).replaceAll(',', ';'), 12],
  ['decimal commas', text(morning()).replaceAll(',', ';').replace(/(\d)$/gm, '$1,0'), 12],
  ['CRLF', text(morning()).replaceAll('\n', '\r\n'), 12],
  ['an offset without colon', text(morning()).replaceAll('.000Z', '+0000'), 12],
  ['no header', morning().join('\n'), 12],
  [
    'a third column',
    text(
      morning().map((line) => `${line},21.5`),
      'time,watts,temperature',
    ),
    12,
  ],
  [
    'kilowatts',
    text(
      morning().map((line) => line.replace(/,(\d+)$/, (_, watts) => `,${Number(watts) / 1000}`)),
      'time,kW',
    ),
    12,
  ],
  ['a header in between', text([...morning().slice(0, 6), 'time,watts', ...morning().slice(6)]), 12],
  ['UTF-16', Buffer.from(`\uFEFF${text(morning())}`, 'utf16le'), 12],
];
