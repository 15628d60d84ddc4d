/** Files as portals, loggers and spreadsheets write them, and what check-trace must make of each. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { TraceReading } from '@commonwire/sdk/trace';
import { checkTrace } from '../../app/cli/src/commands/check-trace';

const FOLDER = join(__dirname, 'files');
const BERLIN = ['--tz', 'Europe/Berlin'];

/** What must be read of a file, and how it must be judged. */
export interface FileCase {
  readonly file: string;
  readonly options?: readonly string[];
  /** By default a site of 5 kW in Munich. */
  readonly site?: { readonly capacity?: number; readonly latitude?: number; readonly longitude?: number };
  /** What the error says; by default there is none. */
  readonly error?: RegExp;
  /** Rows rejected by reason; by default none. A pair gives the least and the most. */
  readonly rejected?: Readonly<Record<string, number | readonly [number, number]>>;
  readonly zeroed?: Readonly<Record<string, number | readonly [number, number]>>;
  readonly reading?: Partial<TraceReading>;
  /** Each is said in a warning. */
  readonly warns?: readonly RegExp[];
  /** The number of rows. */
  readonly rows?: number;
}

/** Files whose form is the question. */
export const formCases: readonly FileCase[] = [
  { file: 'ampm_year_first', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z', interval: 900 } },
  { file: 'ampm_zero_hour', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z', date_order: 'mdy' } },
  {
    file: 'col_ertrag_counter',
    options: [...BERLIN, '--unit', 'kW'],
    reading: { value_column: 'Leistung (kW)' },
  },
  {
    file: 'col_leistung',
    options: BERLIN,
    reading: { value_column: 'Leistung (W)', unit: 'W', date_order: 'dmy' },
  },
  { file: 'col_power_factor', options: BERLIN, reading: { value_column: 'active_power' } },
  { file: 'col_tesla', reading: { value_column: 'solar_power' } },
  { file: 'comment_lines', reading: { header_line: 4 }, rows: 192 },
  { file: 'compact_14', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z' } },
  { file: 'compact_date_clock', options: BERLIN, reading: { time_column: 'date + time' } },
  { file: 'cr_only', rows: 192 },
  { file: 'daily_kwh', options: [...BERLIN, '--unit', 'kWh'], error: /1 d apart.* 60 to 3600 s/ },
  {
    file: 'day_counter',
    options: [...BERLIN, '--unit', 'kWh'],
    rejected: { 'no-difference': 1 },
    reading: { values: 'counter' },
    warns: [/meter readings/],
  },
  {
    file: 'decimal_comma_in_comma_file',
    options: BERLIN,
    rejected: { 'extra-cells': 122 },
    warns: [/122 lines have more cells than the header.*decimal commas/],
  },
  { file: 'dst_back_one_pass', options: BERLIN, zeroed: { 'own-draw': [1, 60] } },
  {
    file: 'enedis_two_line_head',
    reading: { value_column: 'Valeur', unit: 'W', header_line: 3, interval: 1800 },
    rows: 96,
    warns: [/lines 1, 2 above/],
  },
  { file: 'epoch_ns', reading: { first: '2024-07-16T22:00:00Z', interval: 900 } },
  { file: 'gzip', reading: { encoding: 'UTF-8 in gzip' }, rows: 192 },
  { file: 'header_only', error: /no rows/ },
  {
    file: 'home_assistant_counter',
    options: ['--unit', 'kWh'],
    rejected: { 'no-difference': [1, 20], 'too-long': [0, 5] },
    reading: { values: 'counter' },
    warns: [/meter readings, not energy/],
  },
  { file: 'huawei_dst_suffix', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z' } },
  { file: 'json_export', options: BERLIN, error: /is JSON, not CSV/ },
  { file: 'leap_second', rejected: { 'unreadable-time': 1 } },
  { file: 'month_name', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z' } },
  {
    file: 'multi_inverter_long',
    options: BERLIN,
    error: /3 devices.*SOURCE_KEY tells apart \(INV0, INV1, INV2\).*--device/,
  },
  {
    file: 'multi_inverter_long',
    options: [...BERLIN, '--device', 'INV1'],
    reading: { device: 'INV1', value_column: 'AC_POWER' },
  },
  { file: 'one_row', rows: 1 },
  {
    file: 'pvoutput_intraday',
    options: [...BERLIN, '--value-column', 'Power'],
    reading: { first: '2024-07-16T22:00:00Z', unit: 'W', interval: 300 },
  },
  {
    file: 'registers_long',
    options: [...BERLIN, '--unit', 'kWh'],
    error: /conflict.*Register tells apart \(Offtake Day, Injection Day\)/,
  },
  {
    file: 'registers_long',
    options: [...BERLIN, '--device', 'Injection Day'],
    reading: { value_column: 'Volume', unit: 'kWh', time_column: 'From (date) + From (time)' },
  },
  { file: 'row_of_2105', rejected: { 'implausible-time': 1 }, reading: { last: '2024-07-20T21:30:00Z' } },
  {
    file: 'sbfspot_spot',
    options: BERLIN,
    reading: { value_column: 'PacTot', unit: 'W', decimal: ',', header_line: 5 },
  },
  {
    file: 'sbfspot_spot',
    options: [...BERLIN, '--value-column', 'PacTot'],
    reading: { value_column: 'PacTot' },
  },
  { file: 'sentinel_-1000000', options: BERLIN, rejected: { 'missing-code': 3 } },
  {
    file: 'serial_taken_for_time',
    options: BERLIN,
    reading: { time_column: 'Zeit', value_column: 'Leistung (W)' },
  },
  {
    file: 'serial_taken_for_time_slash',
    options: BERLIN,
    reading: { time_column: 'time', date_order: 'dmy' },
  },
  {
    file: 'sma_webui_csv3',
    options: BERLIN,
    rejected: { 'no-value': 105 },
    reading: { value_column: 'GridMs.TotW (Avg)', unit: 'W' },
  },
  {
    file: 'sma_webui_csv3',
    options: [...BERLIN, '--value-column', 'GridMs.TotW (Avg)'],
    rejected: { 'no-value': 105 },
    reading: { unit: 'W' },
  },
  { file: 'solaredge_api_stamp', options: ['--unit', 'Wh'], rejected: { 'no-value': 70 } },
  {
    file: 'sunny_explorer',
    options: [...BERLIN, '--unit', 'kW'],
    rejected: { 'no-value': 1 },
    reading: { value_column: 'Power', unit: 'kW' },
  },
  {
    file: 'sunny_explorer',
    options: [...BERLIN, '--value-column', 'kW'],
    rejected: { 'no-value': 1 },
    reading: { value_column: 'Power' },
  },
  { file: 'thousands_de_whole', reading: { decimal: ',' }, warns: [/--decimal/] },
  { file: 'thousands_space_fr', reading: { decimal: ',' } },
  { file: 'time_range', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z', interval: 900 } },
  { file: 'total_row', options: [...BERLIN, '--unit', 'Wh'], rejected: { 'unreadable-time': 1 } },
  { file: 'two_digit_year', options: BERLIN, reading: { first: '2024-07-16T22:00:00Z', date_order: 'mdy' } },
  { file: 'unit_in_cell', options: ['--unit', 'kW'], reading: { unit: 'kW' } },
  { file: 'utf16', reading: { encoding: 'UTF-16LE', separator: 'tab' }, rows: 192 },
  {
    file: 'utility_scale_mw',
    options: BERLIN,
    site: { capacity: 100_000_000 },
    reading: { unit: 'MW', unit_from: 'file' },
  },
  {
    file: 'wide_day_rows',
    options: [...BERLIN, '--unit', 'kWh'],
    rows: 192,
    warns: [/one row a day and 96 values/],
  },
  { file: 'words_unavailable', options: BERLIN, rejected: { 'no-value': 3 } },
  { file: 'xlsx_renamed', options: BERLIN, error: /a spreadsheet.*save it as CSV/ },
  {
    file: 'ymdhm_columns',
    options: BERLIN,
    reading: { time_column: 'Year + Month + Day + Hour + Minute', unit: 'W' },
  },
  {
    file: 'date_line_fiji',
    options: ['--tz', 'Pacific/Fiji'],
    site: { latitude: -16.8, longitude: -179.98 },
  },
];

/** Files whose content is the question. */
export const contentCases: readonly FileCase[] = [
  {
    file: 'balcony_800_as_rating',
    site: { capacity: 800 },
    warns: [/rating of the inverter\? Give the rating of the panels/],
  },
  { file: 'balcony_800_of_2000_clear', site: { capacity: 2000 } },
  { file: 'balcony_8_days_1', site: { capacity: 2000 } },
  { file: 'catch_up_after_outage', rejected: { 'above-capacity': 1 } },
  { file: 'catch_up_hourly', options: ['--unit', 'Wh'], rejected: { spike: 1 }, zeroed: { dropout: 1 } },
  {
    file: 'clock_1h_late_from_day_4',
    rejected: { 'above-clear-sky': [0, 5], 'sun-at-night': [0, 9] },
    zeroed: { 'own-draw': [0, 9] },
    warns: [/from 2024-07-20 on, production is centred .* later/],
  },
  { file: 'coarse_0.1kWh_15min', options: ['--unit', 'kWh'], site: { capacity: 3000 } },
  { file: 'coarse_0.1kWh_5min', options: ['--unit', 'kWh'] },
  { file: 'coarse_1kWh_hour', options: ['--unit', 'kWh'], site: { capacity: 9000 } },
  {
    file: 'ct_sign_60W_night',
    rejected: { 'sun-at-night': [100, 130] },
    warns: [/own consumption read as generation/],
  },
  { file: 'day_copied', rejected: { repeated: [57, 60] } },
  {
    file: 'daylight_logger_no_dst',
    options: ['--tz', 'America/Denver'],
    site: { latitude: 39.7, longitude: -105 },
    rejected: { 'no-such-time': 4, 'sun-at-night': [1, 15], 'above-clear-sky': [0, 3] },
    zeroed: { 'own-draw': [0, 5] },
    warns: [/clocks of America\/Denver skipped.*--tz=-07:00/],
  },
  { file: 'frozen_often', rejected: { 'frozen-value': 360 } },
  { file: 'held_over_night', rejected: { 'frozen-value': 16, 'above-clear-sky': 7, 'sun-at-night': 33 } },
  { file: 'line_every_day', rejected: { interpolated: 96 } },
  {
    file: 'line_multi_day',
    rejected: { interpolated: [200, 210], 'above-clear-sky': [20, 30], 'sun-at-night': [160, 170] },
  },
  { file: 'one_line_3h', rejected: { interpolated: 11 } },
  { file: 'overnight_30W', zeroed: { 'own-draw': 32 } },
  {
    file: 'poll_faster_than_meter_120min',
    rejected: { 'frozen-value': [150, 600], 'above-clear-sky': [0, 5], 'sun-at-night': [30, 50] },
  },
  { file: 'poll_faster_than_meter_30min' },
  { file: 'poll_faster_than_meter_60min', rejected: { 'frozen-value': [180, 700] } },
  { file: 'scale_factor_x10', rejected: { 'above-capacity': 3 } },
  { file: 'seconds_cloud_edges', reading: { interval: 60 }, rows: 3600 },
  { file: 'two_lines_36h', rejected: { interpolated: 28 } },
  { file: 'unit_slips_for_4h', warns: [/16 readings .* about a thousandth/] },
  {
    file: 'utc_read_as_local',
    options: ['--tz', 'America/Phoenix'],
    site: { latitude: 33.4, longitude: -112 },
    rejected: { 'sun-at-night': [90, 110], 'above-clear-sky': [5, 20] },
    zeroed: { 'own-draw': [0, 9], 'frozen-value': [90, 110] },
    warns: [/about 6\.9 hours after solar noon.*--tz/],
  },
  { file: 'zero_export_load_steps', site: { capacity: 2000 } },
];

/** The files that are here, without `.csv.gz`. */
export const storedFiles = (): string[] => readdirSync(FOLDER).map((name) => name.replace('.csv.gz', ''));

interface Checked {
  readonly reading: TraceReading;
  readonly rows: readonly { readonly verdict: string; readonly reasons: readonly string[] }[];
}

/** Checks a file; returns what is not as it must be. */
export async function faultsOf(wanted: FileCase): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  const path = join(folder, `${wanted.file}.csv`);
  writeFileSync(path, gunzipSync(readFileSync(join(FOLDER, `${wanted.file}.csv.gz`))));
  const { capacity = 5000, latitude = 48.1, longitude = 11.6 } = wanted.site ?? {};
  const site = [
    '--kind',
    'energy',
    '--capacity-watts',
    `${capacity}`,
    `--latitude=${latitude}`,
    `--longitude=${longitude}`,
  ];
  const { write } = process.stderr;
  // The command tells there how it read the file; the document says the same.
  process.stderr.write = () => true;
  const lines: string[] = [];
  try {
    await checkTrace.run([path, ...site, ...(wanted.options ?? []), '--json'], (line) => lines.push(line));
  } catch (error) {
    const { message } = error as Error;
    return wanted.error?.test(message) ? [] : [`error: ${message}`];
  } finally {
    process.stderr.write = write;
    rmSync(folder, { recursive: true });
  }
  if (wanted.error) return ['no error'];
  return differences(JSON.parse(lines.join('\n')) as Checked, wanted);
}

function differences({ reading, rows }: Checked, wanted: FileCase): string[] {
  const found: string[] = [];
  for (const verdict of ['rejected', 'zeroed'] as const) {
    const counts = new Map<string, number>();
    for (const row of rows)
      if (row.verdict === verdict) counts.set(row.reasons[0]!, (counts.get(row.reasons[0]!) ?? 0) + 1);
    const bounds = wanted[verdict] ?? {};
    for (const reason of new Set([...counts.keys(), ...Object.keys(bounds)])) {
      const count = counts.get(reason) ?? 0;
      const bound = bounds[reason] ?? 0;
      const [least, most] = typeof bound === 'number' ? [bound, bound] : bound;
      if (count < least || count > most) found.push(`${count} rows ${verdict} as ${reason}, not ${bound}`);
    }
  }
  for (const [key, value] of Object.entries(wanted.reading ?? {})) {
    const is = reading[key as keyof TraceReading];
    if (is !== value) found.push(`${key} is ${is}, not ${value}`);
  }
  for (const warning of wanted.warns ?? []) {
    if (!reading.warnings.some((text) => warning.test(text))) found.push(`no warning says ${warning}`);
  }
  if (wanted.rows !== undefined && rows.length !== wanted.rows)
    found.push(`${rows.length} rows, not ${wanted.rows}`);
  return found;
}
