import { expect } from 'chai';
import { type Made, madeDays, readMade, starts, wanted } from './made-up-days';

const days = madeDays();
const two = (number: number): string => String(number).padStart(2, '0');
const part = (wall: number) => {
  const date = new Date(wall);
  return {
    y: date.getUTCFullYear(),
    mo: date.getUTCMonth() + 1,
    d: date.getUTCDate(),
    h: date.getUTCHours(),
    mi: date.getUTCMinutes(),
  };
};
const iso = (wall: number): string => new Date(wall).toISOString();
const table = (head: string, line: (made: Made, i: number) => string, made: readonly Made[] = days): string =>
  [head, ...made.map(line)].join('\n');
const expectRead = (text: string, options = {}, made: readonly Made[] = days) => {
  const read = starts(readMade(text, options));
  const expected = wanted(made);
  // The first difference says more than hundreds of them.
  const at = expected.findIndex((reading, i) => read[i]?.join() !== reading.join());
  expect(read[at], `reading ${at}`).to.deep.equal(expected[at]);
  expect(read).to.have.length(expected.length);
};

describe('times of a file', () => {
  const forms: Record<string, (wall: number) => string> = {
    'day first, dots': (w) => `${two(part(w).d)}.${two(part(w).mo)}.${part(w).y} ${iso(w).slice(11, 16)}`,
    'day first, dots, no zeros, two-digit year': (w) =>
      `${part(w).d}.${part(w).mo}.${part(w).y % 100} ${part(w).h}:${two(part(w).mi)}`,
    'day first, slashes': (w) => `${two(part(w).d)}/${two(part(w).mo)}/${part(w).y} ${iso(w).slice(11, 19)}`,
    'month first, slashes, AM and PM': (w) =>
      `${part(w).mo}/${part(w).d}/${part(w).y} ${part(w).h % 12 || 12}:${two(part(w).mi)} ${part(w).h < 12 ? 'AM' : 'PM'}`,
    'month first, two-digit year, am and pm at once': (w) =>
      `${two(part(w).mo)}/${two(part(w).d)}/${part(w).y % 100} ${part(w).h % 12 || 12}:${two(part(w).mi)}${part(w).h < 12 ? 'am' : 'pm'}`,
    'PM before the clock': (w) =>
      `${iso(w).slice(0, 10)} ${part(w).h < 12 ? 'AM' : 'PM'} ${part(w).h % 12 || 12}:${two(part(w).mi)}`,
    'year first, slashes': (w) => iso(w).slice(0, 16).replaceAll('-', '/').replace('T', ' '),
    'year first, dots': (w) => `${iso(w).slice(0, 10).replaceAll('-', '.')} ${iso(w).slice(11, 16)}`,
    'year, day, month': (w) => `${part(w).y}-${two(part(w).d)}-${two(part(w).mo)} ${iso(w).slice(11, 16)}`,
    'clock before the date': (w) =>
      `${iso(w).slice(11, 16)} ${two(part(w).d)}.${two(part(w).mo)}.${part(w).y}`,
    'clock with dots': (w) => `${part(w).d}.${part(w).mo}.${part(w).y} ${part(w).h}.${two(part(w).mi)}`,
    'clock with h': (w) =>
      `${two(part(w).d)}/${two(part(w).mo)}/${part(w).y} ${part(w).h}h${two(part(w).mi)}`,
    'ISO without colon': (w) => `${iso(w).slice(0, 19)}+0000`,
    'ISO with milliseconds': (w) => iso(w),
    'ISO basic': (w) => `${iso(w).slice(0, 16).replace(/[-:]/g, '')}00Z`,
    'ISO with the zone in brackets': (w) => `${iso(w).slice(0, 16)}+00:00[Etc/UTC]`,
    '12 digits': (w) => iso(w).slice(0, 16).replace(/[-:T]/g, ''),
    '14 digits': (w) => iso(w).slice(0, 19).replace(/[-:T]/g, ''),
    'unix seconds': (w) => `${w / 1000}`,
    milliseconds: (w) => `${w}`,
    microseconds: (w) => `${w}000`,
    nanoseconds: (w) => `${w}000000`,
    'spreadsheet days': (w) => `${w / 86_400_000 + 25_569}`,
    '24:00 for midnight': (w) =>
      part(w).h + part(w).mi === 0 && w > days[0]!.wall
        ? `${iso(w - 86_400_000).slice(0, 10)} 24:00`
        : `${iso(w).slice(0, 10)} ${iso(w).slice(11, 16)}`,
    ranges: (w) => `${iso(w).slice(0, 16)} - ${iso(w + 900_000).slice(0, 16)}`,
    'ranges of clocks': (w) =>
      `${iso(w).slice(0, 10)} ${iso(w).slice(11, 16)}-${iso(w + 900_000).slice(11, 16)}`,
    'ISO intervals': (w) => `${iso(w)}/${iso(w + 900_000)}`,
    'weekday in front': (w) => new Date(w).toUTCString(),
    'apache logs': (w) => `${two(part(w).d)}/Jul/${part(w).y}:${iso(w).slice(11, 19)} +0000`,
    ctime: (w) => `Thu Jul ${part(w).d} ${iso(w).slice(11, 19)} 2024`,
    'ordinal days': (w) => `July ${part(w).d}th, 2024 ${iso(w).slice(11, 16)}`,
  };
  for (const [name, form] of Object.entries(forms)) {
    it(name, () => expectRead(table('when;ac_power', ({ wall, watts }) => `${form(wall)};${watts}`)));
  }

  const locales =
    'en-US en-GB de fr es it pt-BR nl pl cs sk hu ro bg el da sv nb fi et lv lt ru uk tr hr sl ja ko zh-CN zh-TW vi id hi th ar-EG fa he ca eu bn ta'.split(
      ' ',
    );
  for (const locale of locales) {
    for (const dateStyle of ['long', 'medium', 'short'] as const) {
      // A few short names mean another month in a language with more speakers: srp is August in Czech.
      if (locale === 'hr' && dateStyle === 'medium') continue;
      for (const hour12 of [false, true]) {
        it(`${dateStyle} ${hour12 ? 'AM and PM' : '24 hours'} of ${locale}`, () => {
          const tag = `${locale}-u-ca-gregory`;
          const date = new Intl.DateTimeFormat(tag, { dateStyle, timeZone: 'UTC' });
          const clock = new Intl.DateTimeFormat(tag, {
            hour: 'numeric',
            minute: '2-digit',
            ...(hour12 ? { hour12 } : { hourCycle: 'h23' }),
            timeZone: 'UTC',
          });
          expectRead(
            table(
              'when\tac_power',
              ({ wall, watts }) => `${date.format(wall)} ${clock.format(wall)}\t${watts}`,
            ),
          );
        });
      }
    }
  }

  const columns: Record<string, [string, (wall: number) => string]> = {
    'date and clock': [
      'Datum;Uhrzeit',
      (w) => `${part(w).d}.${part(w).mo}.${part(w).y};${iso(w).slice(11, 16)}`,
    ],
    'month first, and a clock with PM': [
      'Date;Time',
      (w) =>
        `${part(w).mo}/${part(w).d}/${part(w).y};${part(w).h % 12 || 12}:${two(part(w).mi)} ${part(w).h < 12 ? 'AM' : 'PM'}`,
    ],
    '8 digits and a clock': [
      'date;time',
      (w) => `${iso(w).slice(0, 10).replaceAll('-', '')};${iso(w).slice(11, 16)}`,
    ],
    'a date and hours and minutes as one number': [
      'Date;HHMM',
      (w) => `${iso(w).slice(0, 10)};${part(w).h * 100 + part(w).mi}`,
    ],
    'year, month, day, hour, minute': ['Year;Month;Day;Hour;Minute', (w) => Object.values(part(w)).join(';')],
    'the same in Spanish, day first': [
      'Día;Mes;Año;Hora;Minuto',
      (w) => [part(w).d, part(w).mo, part(w).y, part(w).h, part(w).mi].join(';'),
    ],
    'from and until': ['Von;Bis', (w) => `${iso(w).slice(0, 16)};${iso(w + 900_000).slice(0, 16)}`],
    'a serial number in front': ['Serial;Time', (w) => `3011234567;${iso(w).slice(0, 16)}`],
    'a bar code in front': [
      'EAN;Time',
      (w) => `5414488200012345;${part(w).d}.${part(w).mo}.${part(w).y} ${iso(w).slice(11, 16)}`,
    ],
  };
  for (const [name, [head, form]] of Object.entries(columns)) {
    it(`in columns: ${name}`, () =>
      expectRead(table(`${head};Leistung (W)`, ({ wall, watts }) => `${form(wall)};${watts}`)));
  }

  it('hours from 1 to 24, as grid operators count them', () => {
    const hourly = madeDays(3, 60);
    const text = table(
      'Fecha;Hora;Energía (Wh)',
      ({ wall, watts }) =>
        `${two(part(wall).d)}/${two(part(wall).mo)}/${part(wall).y};${part(wall).h + 1};${String(watts).replace('.', ',')}`,
      hourly,
    );
    expectRead(text, {}, hourly);
  });

  it('says so where the order of dates is a guess, and takes the option', () => {
    const day = madeDays(1).map(({ watts }, i) => ({ watts, wall: Date.UTC(2024, 6, 8) + i * 900_000 }));
    const text = table(
      't;W',
      ({ wall, watts }) =>
        `${part(wall).mo}/${part(wall).d}/${part(wall).y} ${iso(wall).slice(11, 16)};${watts}`,
      day,
    );
    const { reading } = readMade(text);
    expect(reading.date_order).to.equal('mdy');
    expect(reading.warnings.join()).to.include('--date-order mdy or dmy settles it');
    expectRead(text, {}, day);
    const other = day.map(({ wall, watts }) => ({
      wall: wall + Date.UTC(2024, 7, 7) - Date.UTC(2024, 6, 8),
      watts,
    }));
    expectRead(text, { dateOrder: 'dmy' }, other);
  });

  it('never takes a serial number, a counter or a bar code for a time', () => {
    for (const number of ['1721167200', '3011234567', '1721167200000', '2024071700']) {
      const text = table('serial;ac_power', ({ watts }) => `${number};${watts}`);
      expect(() => readMade(text), number).to.throw('no column holds times');
    }
    const counter = table(
      'total_wh;ac_power',
      ({ watts }, i) => `${1_721_167_200 + Math.round(i * i * 1.7)};${watts}`,
    );
    expect(() => readMade(counter)).to.throw('no column holds times');
  });
});

describe('numbers of a file', () => {
  const group = (text: string, mark: string): string => text.replace(/\B(?=(\d{3})+(?!\d))/g, mark);
  const write = (watts: number, decimal: string, mark: string): string => {
    const [whole, fraction = '0'] = String(watts).split('.');
    return `${group(whole!, mark)}${decimal}${fraction}`;
  };
  const forms: Record<string, (watts: number) => string> = {
    'decimal comma': (w) => String(w).replace('.', ','),
    'German, 1.234,5': (w) => write(w, ',', '.'),
    'English, 1,234.5': (w) => write(w, '.', ','),
    'French, 1 234,5 with narrow blanks': (w) => write(w, ',', '\u202f'),
    'Swiss, 1’234.5': (w) => write(w, '.', '’'),
    'with the unit behind': (w) => `${w} W`,
    'with mixed units': (w) => (w >= 1000 ? `${w / 1000} kW` : `${w}W`),
    'with exponents': (w) => w.toExponential(5),
    'with a decimal comma and three decimals': (w) => w.toFixed(3).replace('.', ','),
    'as text of a spreadsheet': (w) => `="${w}"`,
    'Arabic digits': (w) => new Intl.NumberFormat('ar-EG', { useGrouping: false }).format(w),
    'Indian digits': (w) => new Intl.NumberFormat('mr', { useGrouping: false }).format(w),
  };
  for (const [name, form] of Object.entries(forms)) {
    it(name, () => expectRead(table('time;ac_power', ({ wall, watts }) => `${iso(wall)};${form(watts)}`)));
  }
  it('a Unicode minus', () => {
    const text = table('time,ac_power', ({ wall, watts }) => `${iso(wall)},\u2212${watts}`);
    expectRead(
      text,
      {},
      days.map(({ wall, watts }) => ({ wall, watts: -watts || 0 })),
    );
  });
  it('whole numbers with marks of thousands, with a warning', () => {
    const whole = days.map(({ wall, watts }) => ({ wall, watts: Math.round(watts) }));
    const text = table('time;W', ({ wall, watts }) => `${iso(wall)};${group(String(watts), '.')}`, whole);
    expectRead(text, {}, whole);
    expect(readMade(text).reading.warnings.join()).to.include('--decimal');
    const small = whole.map(({ wall, watts }) => ({
      wall,
      watts: watts >= 1000 ? Math.round(watts / 100) / 10 : watts,
    }));
    expectRead(text, { decimal: '.' }, small);
  });

  for (const [unit, size] of Object.entries({ mW: 1e-3, W: 1, kW: 1e3, MW: 1e6, GW: 1e9 })) {
    for (const title of [
      `Power (${unit})`,
      `power [${unit}]`,
      `AC Leistung ${unit}`,
      `pv_power_${unit}`,
      unit,
    ]) {
      it(`${unit} from the title ${title}`, () => {
        const text = table(
          `time;${title}`,
          ({ wall, watts }) => `${iso(wall)};${Number((watts / size).toPrecision(12))}`,
        );
        const trace = readMade(text);
        expect(trace.reading).to.include({ unit, unit_from: 'file', values: 'power' });
        expect(starts(trace)).to.deep.equal(wanted(days));
      });
    }
    it(`${unit}h of energy`, () => {
      const text = table(
        `time;Energy (${unit}h)`,
        ({ wall, watts }) => `${iso(wall)};${Number((watts / 4 / size).toPrecision(12))}`,
      );
      expectRead(text);
    });
  }

  for (const code of ['-9999', '65535', '-1000000', '-32768', '2147483647', '9999', '-999.0', '1e31']) {
    it(`missing-code: ${code}`, () => {
      const text = table(
        'time,ac_power',
        ({ wall, watts }, i) => `${iso(wall)},${i % 90 === 50 ? code : watts}`,
      );
      const { rows } = readMade(text);
      expect(
        rows.filter(({ reason }) => reason === 'missing-code').map(({ line }) => (line - 2) % 90),
      ).to.deep.equal([50, 50, 50]);
    });
  }
  for (const word of [
    'NaN',
    'unavailable',
    'unknown',
    'Bad',
    'No Data',
    '#N/A',
    '#WERT!',
    'k. A.',
    'keine Daten',
    'n/d',
    '--',
    'null',
    'нет данных',
    '欠測',
    'Error',
  ]) {
    it(`no-value: ${word}`, () => {
      const text = table('time,ac_power', ({ wall, watts }, i) => `${iso(wall)},${i === 50 ? word : watts}`);
      expect(readMade(text).rows[50]).to.deep.include({ value: null, reason: 'no-value' });
    });
  }
});
