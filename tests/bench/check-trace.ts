import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy, RULES_VERSION } from '@commonwire/oracle/domain';
import { readTrace } from '@commonwire/sdk/trace';
import { checkTrace } from '../../app/cli/src/trace/check';
import { traceKinds } from '../../app/cli/src/trace/trace-kind';
import { faultNames } from '../verification/faults';
import { precision, recall, score, scored } from '../verification/score';
import type { Suite } from './figures';

const FOLDER = join(__dirname, '../../app/device/data/pv');
const YEAR = 366 * 86_400_000;

/** Measures the rows per second of `commonwire check-trace` from text to verdicts, for the slowest of the traces. */
export const checkTraceSpeed: Suite = async (progress) => {
  const policy = parsePolicy(
    { rules_version: RULES_VERSION, epoch_budget: '0', device_epoch_cap: '0' },
    { development: false },
  );
  const site = { capacity: 6000, latitude: 39.742, longitude: -105.18, policy };
  const rates = ['serf_east_15min_ac_power.csv', 'serf_east_1min_ac_power.csv'].map((file) => {
    const text = repeated(file, 300_000);
    progress(`checking 300,000 rows made of ${file}`);
    const start = process.hrtime.bigint();
    const { rows } = checkTrace(readTrace({ text, encoding: 'UTF-8' }), {
      ...site,
      kind: traceKinds.energy!,
    });
    return rows.length / (Number(process.hrtime.bigint() - start) / 1e9);
  });
  return [{ name: 'check_trace.rows_per_second', value: Math.floor(Math.min(...rates)), unit: 'rows/s' }];
};

/** Repeats a file's rows until there are `count`, each time a leap year later. */
function repeated(file: string, count: number): string {
  const [, ...lines] = readFileSync(join(FOLDER, file), 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(','));
  const text = ['measured_on,ac_power'];
  for (let i = 0; i < count; i++) {
    const [time, watts] = rows[i % rows.length]!;
    const moved = Date.parse(time!.replace(' ', 'T')) + Math.floor(i / rows.length) * YEAR;
    text.push(`${new Date(moved).toISOString().slice(0, 19).replace('T', ' ')}+00:00,${watts}`);
  }
  return text.join('\n');
}

/** Measures recall and precision over all traces in percent: how many faulty readings are rejected, and vice versa. */
export const checkTraceQuality: Suite = async (progress) => {
  const traces = scored();
  return faultNames.flatMap((fault) => {
    progress(`checking traces with ${fault} readings`);
    const scores = traces.map((trace) => score(trace, fault));
    const sum = (of: 'caught' | 'missed' | 'refused') => scores.reduce((total, each) => total + each[of], 0);
    const all = { caught: sum('caught'), missed: sum('missed'), refused: sum('refused') };
    const percent = (share: number) => Math.round(share * 1000) / 10;
    return [
      { name: `check_trace.${fault}.recall`, value: percent(recall(all)), unit: '%' },
      { name: `check_trace.${fault}.precision`, value: percent(precision(all)), unit: '%' },
    ];
  });
};
