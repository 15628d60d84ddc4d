import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RULES_VERSION } from '../../../oracle/src/domain';
import type { TraceReading } from '../../sdk/src/trace';
import { checkTrace } from '../src/commands/check-trace';
import type { CliError } from '../src/errors';

const PV = join(__dirname, '../../device/data/pv');
const SITE = [
  '--kind',
  'energy',
  '--capacity-watts',
  '6000',
  '--latitude',
  '39.742',
  '--longitude',
  '-105.18',
];

interface Document {
  reading: TraceReading;
  rows: { timestamp: string; value: number | null; verdict: string; reasons: string[] }[];
}

const documentOf = (text: string) => JSON.parse(text) as Document;

describe('commonwire check-trace', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-trace-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const file = (text: string, name = 'trace.csv'): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const run = async (...argv: string[]): Promise<string> => {
    const lines: string[] = [];
    expect(await checkTrace.run(argv, (line) => lines.push(line))).to.equal(0);
    return lines.join('\n');
  };
  const json = async (path: string, ...more: string[]) =>
    documentOf(await run(path, ...SITE, '--json', ...more)).rows;
  const refusal = async (argv: readonly string[]): Promise<string> => {
    const { code, message } = await checkTrace
      .run(argv, () => {})
      .then(
        () => expect.fail('it went through'),
        (error: CliError) => error,
      );
    return `${code} ${message}`;
  };
  const measured = readFileSync(join(PV, 'serf_east_15min_ac_power.csv'), 'utf8').split(/\r?\n/);

  it('accepts all measured days, with one result per row in file order', async () => {
    const rows = await json(join(PV, 'serf_east_15min_ac_power.csv'));
    expect(rows).to.have.length(10_000);
    expect(rows[0]).to.deep.equal({
      timestamp: '2016-07-01 00:00:00-07:00',
      value: -2.8601,
      verdict: 'zeroed',
      reasons: ['own-draw'],
    });
    expect(rows.filter(({ verdict }) => verdict === 'rejected')).to.deep.equal([]);
    expect(rows[48]).to.include({ timestamp: '2016-07-01 12:00:00-07:00', verdict: 'accepted' });
    expect(rows[48]!.reasons).to.deep.equal([]);
  });

  it('rejects bad rows and no others', async () => {
    const lines = measured.slice(0, 5 * 96 + 1);
    const at = (hour: number, day = 3) => 1 + day * 96 + hour * 4;
    const set = (line: number, value: string) => {
      lines[line] = `${lines[line]!.split(',')[0]},${value}`;
    };
    set(at(1), '3000');
    set(at(8), '9000');
    set(at(9), '-400');
    set(at(10), 'NaN');
    set(at(11), '');
    lines.splice(at(12), 1, 'sometime,1200');
    const frozen = lines[at(13)]!.split(',')[1]!;
    for (let i = 0; i < 12; i++) set(at(13) + i, frozen);
    const rows = await json(file(lines.join('\n')));
    const bad = rows
      .map(({ verdict, reasons }, i) => [i + 1, verdict, ...reasons])
      .filter(([, verdict]) => verdict === 'rejected');
    expect(bad).to.deep.equal([
      [at(1), 'rejected', 'sun-at-night'],
      [at(8), 'rejected', 'above-capacity'],
      [at(9), 'rejected', 'negative'],
      [at(10), 'rejected', 'no-value'],
      [at(11), 'rejected', 'no-value'],
      [at(12), 'rejected', 'unreadable-time'],
      ...Array.from({ length: 12 }, (_, i) => [at(13) + i, 'rejected', 'frozen-value']),
    ]);
    expect(rows[at(12) - 1]).to.deep.include({ timestamp: 'sometime', value: 1200 });
    expect(rows[at(10) - 1]).to.deep.include({ value: null });
  });

  it('--unit Wh, --interval and --tz give the same verdicts for the same day', async () => {
    const day = measured.slice(1, 97).map((line) => line.split(','));
    const local = day.map(([time, watts]) => `${time!.slice(0, 19)},${Number(watts) / 4}`).join('\n');
    const verdicts = async (path: string, ...more: string[]) =>
      (await json(path, ...more)).map(({ verdict, reasons }) => [verdict, ...reasons].join());
    // The file's times are UTC-7 all year, as in Phoenix.
    expect(
      await verdicts(file(local), '--unit', 'Wh', '--tz', 'America/Phoenix', '--interval', '900'),
    ).to.deep.equal(await verdicts(file(measured.slice(0, 97).join('\n'))));
  });

  it('judges a small device as precisely as a large one', async () => {
    const small = measured.map((line, i) => {
      const [time, watts] = line.split(',');
      return i === 0 || !time ? line : `${time},${Number(watts) / 6000}`;
    });
    const path = file(small.join('\n'));
    const site = SITE.map((argument) => (argument === '6000' ? '1' : argument));
    const { rows } = documentOf(await run(path, ...site, '--json'));
    expect(rows.filter(({ verdict }) => verdict === 'accepted').length).to.be.within(5_000, 5_500);
    expect(rows.filter(({ verdict }) => verdict === 'rejected')).to.deep.equal([]);
  });

  it('--unit kW and --times end give the same verdicts for converted values and times', async () => {
    const day = measured.slice(1, 97).map((line) => line.split(','));
    const end = (time: string) => new Date(Date.parse(time.replace(' ', 'T')) + 900_000).toISOString();
    const text = day.map(([time, watts]) => `${end(time!)},${Number(watts) / 1000}`).join('\n');
    const verdicts = (rows: { verdict: string }[]) => rows.map(({ verdict }) => verdict);
    const given = await json(file(text), '--unit', 'kW', '--times', 'end');
    expect(verdicts(given)).to.deep.equal(verdicts(await json(file(measured.slice(0, 97).join('\n')))));
  });

  it('reads a file in descending order and keeps that order', async () => {
    const rows = await json(file([measured[0], ...measured.slice(1, 962).reverse()].join('\n')));
    expect(rows[0]!.timestamp).to.equal(measured[961]!.split(',')[0]);
    expect(rows.filter(({ verdict }) => verdict === 'rejected')).to.deep.equal([]);
  });

  describe('warns on stderr about options that look wrong:', () => {
    const warned = async (text: string, ...options: string[]): Promise<string> => {
      const said: string[] = [];
      const { write } = process.stderr;
      process.stderr.write = (line: string | Uint8Array) => said.push(String(line)) > 0;
      try {
        await checkTrace.run([file(text), ...options, '--json'], () => {});
      } finally {
        process.stderr.write = write;
      }
      return said.filter((line) => line.startsWith('warning: ')).join('');
    };
    const days = measured.slice(0, 961);
    const local = days.map((line) => line.replace('-07:00,', ',')).join('\n');
    const site = (change: Record<string, string>) =>
      SITE.map((argument, i) => change[SITE[i - 1]?.slice(2) ?? ''] ?? argument);
    const each = (change: (watts: number) => number) =>
      days
        .map((line, i) => (i === 0 ? line : `${line.split(',')[0]},${change(Number(line.split(',')[1]))}`))
        .join('\n');

    it('nothing if they are right', async () => {
      expect(await warned(days.join('\n'), ...SITE)).to.equal('');
      expect(await warned(local, ...SITE, '--tz', 'America/Phoenix')).to.equal('');
    });
    it('the zone', async () => {
      const text = await warned(local, ...SITE, '--tz', 'UTC');
      expect(text).to.match(
        /^warning: \d+ readings of more power than the sun allows at that time; .* hours before .*--tz/,
      );
      expect(await warned(days.join('\n'), ...site({ longitude: '105.18' }))).to.include('--longitude');
    });
    it('the capacity, or the unit', async () => {
      expect(await warned(days.join('\n'), ...site({ 'capacity-watts': '2000' }))).to.match(
        /^warning: \d+ readings above the capacity.*--capacity-watts/,
      );
      expect(
        await warned(
          each((watts) => watts / 1000),
          ...SITE,
        ),
      ).to.match(/^warning: almost no power.*--unit kW/);
    });
    it('the sign', async () => {
      expect(
        await warned(
          each((watts) => -watts),
          ...SITE,
        ),
      ).to.match(/^warning: .* invert the sign/m);
    });
    it('the columns and the order', async () => {
      const [head, ...rows] = days;
      const shuffled = rows.map((_, i) => rows[(i * 7) % rows.length]);
      expect(await warned([head, ...shuffled].join('\n'), ...SITE)).to.include('sort the file by time');
      const words = days.map((line) => line.replace(/,.*/, ',high')).join('\n');
      expect(await warned(words, ...SITE)).to.include('--value-column');
    });
  });

  it('applies the thresholds of a policy', async () => {
    const budget = { rules_version: RULES_VERSION, epoch_budget: '1', device_epoch_cap: '1' };
    const policy = file(
      JSON.stringify({ ...budget, energy: { clear_sky_margin_ppm: 1_000_000, own_draw_ppm: 0 } }),
      'policy.json',
    );
    const rows = await json(join(PV, 'serf_east_15min_ac_power.csv'), '--policy', policy);
    expect(rows[0])
      .to.include({ verdict: 'rejected' })
      .and.to.deep.include({ reasons: ['negative'] });
  });

  it('error: a policy of other rules', async () => {
    const policy = { rules_version: RULES_VERSION + 1, epoch_budget: '1', device_epoch_cap: '1' };
    const trace = join(PV, 'serf_east_15min_ac_power.csv');
    const other = file(JSON.stringify(policy), 'other-policy.json');
    expect(await refusal([trace, ...SITE, '--policy', other])).to.match(
      /^unsupported-rules-version .*other-policy\.json: rules_version: this policy asks for version/,
    );
  });

  it('prints a table of reasons with first and last time, gaps, a chart and explanations', async () => {
    const lines = measured.slice(0, 97).map((line, i) => (i === 50 ? line.replace(/,.*/, ',20000') : line));
    lines.splice(60, 4);
    const text = await run(file(lines.join('\n')), ...SITE);
    expect(text).to.include('92 rows, a reading every 900 s, 1 gap of 1.0 hours in all');
    expect(text).to.match(
      /^rejected +above-capacity +1 {2}2016-07-01 12:15:00-07:00 {2}2016-07-01 12:15:00-07:00$/m,
    );
    expect(text).to.match(/^accepted +\d+ {2}2016-07-01 05:15:00-07:00 {2}2016-07-01 1\d:\d\d:00-07:00$/m);
    expect(text).to.match(/^mean +[ ▁▂▃▄▅▆▇█]{72}\nrejected +[·!]{72}\n/m);
    expect(text).to.include('above-capacity  The value is more than');
  });

  describe('--kind meter', () => {
    const METER = [
      '--kind',
      'meter',
      '--capacity-watts',
      '11000',
      '--latitude',
      '39.742',
      '--longitude',
      '-105.18',
    ];
    const registers = [
      '2026-06-21T11:30:00-07:00,5000000,700000',
      '2026-06-21T11:45:00-07:00,5000100,700900',
      '2026-06-21T12:00:00-07:00,5000100,702900',
      '2026-06-21T12:15:00-07:00,5003100,702900',
      '2026-06-21T12:30:00-07:00,5003100,1000',
      '2026-06-22T01:00:00-07:00,5003100,1000',
      '2026-06-22T01:15:00-07:00,5003100,1500',
    ];
    const judged = async (head: string, ...more: string[]) => {
      const path = file([head, ...registers].join('\n'));
      const { rows } = documentOf(await run(path, ...METER, '--json', ...more));
      return rows.map(({ value, verdict, reasons }) => [value, verdict, ...reasons]);
    };
    const verdicts = [
      [null, 'rejected', 'no-difference'],
      [800, 'accepted'],
      [2_000, 'accepted'],
      [-3_000, 'rejected', 'above-capacity'],
      [null, 'rejected', 'register-reset'],
      [null, 'rejected', 'too-long'],
      [500, 'accepted'],
    ];
    it('judges what its registers grew by', async () => {
      expect(await judged('time,import,export')).to.deep.equal(verdicts);
    });
    it('holds exports to the sky where panels alone are behind it', async () => {
      const bounded = await judged('time,import,export', '--panel-watts', '5000');
      expect(bounded).to.deep.equal(
        verdicts.with(2, [2_000, 'rejected', 'above-clear-sky']).with(6, [500, 'rejected', 'sun-at-night']),
      );
    });
    it('takes the names of its columns, and prints a chart', async () => {
      const names = ['--import-column', 'Bezug', '--export-column', 'Einspeisung'];
      expect(await judged('time,Bezug,Einspeisung', ...names)).to.deep.equal(verdicts);
      expect(await run(file(['time,import,export', ...registers].join('\n')), ...METER)).to.contain(
        'register-reset',
      );
    });
    it('error: options of the other kind', async () => {
      const path = file(['time,import,export', ...registers].join('\n'));
      expect(await refusal([path, ...METER, '--value-column', 'import'])).to.match(
        /--value-column is not for --kind meter/,
      );
      expect(await refusal([path, ...SITE, '--panel-watts', '5'])).to.match(
        /--panel-watts is not for --kind energy/,
      );
    });
  });

  it('error: wrong usage, naming the option', async () => {
    const trace = join(PV, 'nrel_1axis_tracker_mesa_ac_power.csv');
    const wrong: [string[], string][] = [
      [[...SITE], 'FILE is missing'],
      [['a.csv', 'b.csv', ...SITE], 'b.csv is one argument too many'],
      [['a.csv', ...SITE.slice(2)], '--kind is missing'],
      [['a.csv', ...SITE.slice(2), '--kind', 'wind'], '--kind: wind is not a kind'],
      [['a.csv', ...SITE, '--latitude', '91'], '--latitude: 91 is not a latitude'],
      [['a.csv', ...SITE, '--longitude', '-181'], '--longitude: -181 is not a longitude'],
      [['a.csv', ...SITE, '--capacity-watts', '0'], '--capacity-watts: 0 is not a number of watts'],
      [['a.csv', ...SITE, '--capacity-watts', 'NaN'], '--capacity-watts: NaN is not a number of watts'],
      [['a.csv', ...SITE, '--interval', '0'], '--interval: 0 is not a number of seconds from 60 to 3600'],
      [['a.csv', ...SITE, '--date-order', 'dym'], '--date-order: dym is none of'],
      [['a.csv', ...SITE, '--separator', 'ab'], '--separator: ab is not one character'],
      [[trace, ...SITE, '--unit', 'VA'], '--unit: VA is not one of mW, mWh, W, Wh, kW, kWh'],
      [[trace, ...SITE, '--value-column', 'kW'], '--value-column: there is no column kW among'],
      [[trace, ...SITE, '--device', 'INV1'], '--device: there is no device INV1'],
      [[trace, ...SITE, '--tz', 'Mars'], '--tz: Mars is not a time zone'],
      [['a.csv', ...SITE, '--times', 'middle'], '--times: middle is neither start nor end'],
      [['a.csv', ...SITE, '--speed', '1'], '--speed is not an option of commonwire check-trace'],
    ];
    for (const [argv, message] of wrong) expect(await refusal(argv)).to.include(`usage ${message}`);
  });

  it('error: files that cannot be read', async () => {
    const path = file('time,W\n2016-07-01 00:00,1');
    expect(await refusal([join(folder, 'none.csv'), ...SITE])).to.match(
      /^bad-file .*none.csv can't be read: there is no such file/,
    );
    expect(await refusal([path, ...SITE])).to.match(/^bad-file .*trace\.csv: line 2: /);
    expect(await refusal([path, ...SITE, '--policy', path])).to.match(/^bad-file .* is not a valid policy/);
  });
});
