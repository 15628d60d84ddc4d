import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Zone } from '@commonwire/sdk/trace';
import { expect } from 'chai';
import { type InputOptions, readInput } from '../src/input';
import type { PassedLine } from '../src/passed-lines';
import type { Reading } from '../src/sign';
import { faults, morning, START, text } from './input-faults';

const DAY_LATER = START + 86_400;

describe('input of the agent', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'input-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  interface Taken {
    readings: Reading[];
    passed: PassedLine[];
    log: string[];
  }
  const take = async (options: Partial<InputOptions>): Promise<Taken> => {
    const taken: Taken = { readings: [], passed: [], log: [] };
    const input = readInput({
      now: () => DAY_LATER,
      passed: (line) => taken.passed.push(line),
      log: (line) => taken.log.push(line),
      ...options,
    });
    for await (const reading of input) taken.readings.push(reading);
    return taken;
  };
  const file = (content: string | Uint8Array): string => {
    const path = join(folder, 'readings.csv');
    writeFileSync(path, content);
    return path;
  };
  const read = (content: string | Uint8Array, options: Partial<InputOptions> = {}) =>
    take({ csv: file(content), ...options });
  const failure = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'it went through',
      (error: Error) => error.message,
    );
  const streamed = (content: string, options: Partial<InputOptions> = {}, size = 700) => {
    const stream = new PassThrough();
    for (let i = 0; i < content.length; i += size) stream.write(content.slice(i, i + size));
    stream.end();
    return take({ stream, ...options });
  };

  it("reports what a meter's registers grew by", async () => {
    const trace = { registers: { exported: 'export', imported: 'import' } };
    const rows = [
      '2026-06-21T10:00:02Z,5000.1,700',
      '2026-06-21T10:15:00Z,5000.35,700.05',
      '2026-06-21T10:30:01Z,5000.35,0',
      '2026-06-21T10:45:00Z,5000.35,0.4',
    ];
    const now = () => Date.parse('2026-06-22T00:00:00Z') / 1000;
    const content = ['time,import [kWh],export [kWh]', ...rows].join('\n');
    const named = { registers: { exported: 'export [kWh]', imported: 'import [kWh]' } };
    for (const taken of [
      await read(content, { trace: named, now }),
      await streamed(content, { trace: named, now }),
    ]) {
      const start = Date.parse('2026-06-21T10:00:00Z') / 1000;
      expect(taken.readings).to.deep.equal([
        { start, seconds: 900, value: -200n, extra: Uint8Array.of(50, 0, 0, 0, 250, 0, 0, 0) },
        {
          start: start + 2_700 - 900,
          seconds: 900,
          value: 400n,
          extra: Uint8Array.of(144, 1, 0, 0, 0, 0, 0, 0),
        },
      ]);
      expect(taken.passed.map(({ line, code }) => [line, code])).to.deep.equal([
        [2, 'no-difference'],
        [4, 'register-reset'],
      ]);
    }
    expect(await failure(read(content, { trace, now }))).to.match(/there is no column export among/);
  });

  for (const [what, content, count] of faults) {
    it(`survives ${what}`, async () => {
      const { readings, passed } = await read(content);
      expect(readings).to.have.length(count);
      expect(new Set(readings.map(({ seconds }) => seconds))).to.deep.equal(new Set([900]));
      const expected = morning().map((_, i) => START + i * 900);
      expect(readings.every(({ start }) => expected.includes(start))).to.equal(true);
      if (count < 12) expect(passed).to.have.length(1);
    });
    if (typeof content === 'string' && what !== 'CRLF') {
      it(`survives ${what} in a stream`, async () => {
        const { readings } = await streamed(content, {}, 40);
        expect(readings.length).to.be.within(count - 1, count);
      });
    }
  }

  it('finds the interval, of minutes too', async () => {
    for (const step of [60, 300, 600, 1800, 3600]) {
      const { readings } = await read(text(morning(37, step)), { now: () => START + 1e6 });
      expect(readings).to.have.length(37);
      expect(readings.map(({ seconds }) => seconds)).to.deep.equal(Array(37).fill(step));
      const energy = readings.reduce((sum, { value }) => sum + value, 0n);
      const made = morning(37, step).reduce((sum, _, i) => sum + ((1000 + i * 40) * step) / 3600, 0);
      expect(Number(energy)).to.be.within(made - 1, made);
    }
  });

  it('error: an interval that contradicts --seconds', async () => {
    for (const [step, seconds] of [
      [300, 900],
      [60, 900],
      [900, 300],
    ] as const) {
      expect(await failure(read(text(morning(37, step)), { seconds }))).to.include(
        `lines are ${step} s apart, but --seconds says ${seconds}: give --seconds ${step}`,
      );
      expect(await failure(streamed(text(morning(37, step)), { seconds }))).to.include(
        `lines are ${step} s apart`,
      );
    }
  });

  it('reads differences of a counter', async () => {
    let total = 5_000_000;
    const lines = morning(40).map((line) => {
      total += 250;
      return line.replace(/,.*/, `,${total}`);
    });
    const { readings } = await read(text(lines, 'time,Total yield (Wh)'));
    expect(readings).to.have.length(39);
    expect(new Set(readings.map(({ value }) => value))).to.deep.equal(new Set([250n]));
    expect(readings[0]!.start).to.equal(START);
  });

  it('puts values of seconds together to minutes', async () => {
    const lines = Array.from({ length: 600 }, (_, i) => `${new Date((START + i) * 1000).toISOString()},1200`);
    const { readings } = await read(text(lines));
    expect(readings.map(({ seconds, value }) => [seconds, value])).to.deep.equal(Array(10).fill([60, 20n]));
  });

  it('reads local times with a zone, and refuses them without', async () => {
    const local = text(morning().map((line) => line.replace('.000Z', '')));
    expect(await failure(read(local))).to.include('has no offset from UTC; name its zone with --tz');
    const { readings } = await read(local, { trace: { zone: new Zone('+02:00') } });
    expect(readings[0]!.start).to.equal(START - 7200);
  });

  it('error: a close guess is not made', async () => {
    const dates = morning().map((line, i) =>
      line.replace(
        /^[^,]*/,
        `07/08/2024 ${String(6 + Math.floor(i / 4)).padStart(2, '0')}:${(i % 4) * 15 || '00'}`,
      ),
    );
    const zone = new Zone('UTC');
    expect(await failure(read(text(dates), { trace: { zone } }))).to.include('--date-order');
    const { readings } = await read(text(dates), {
      trace: { zone, dateOrder: 'dmy' },
      now: () => Date.UTC(2025),
    });
    expect(readings[0]!.start).to.equal(Date.UTC(2024, 7, 7, 6) / 1000);
  });

  it('yields lines of a stream as they come, once it knows their interval', async () => {
    const stream = new PassThrough();
    const log: string[] = [];
    const input = readInput({
      stream,
      now: () => DAY_LATER,
      passed: () => {},
      log: (line) => log.push(line),
    });
    const next = async () => (await input.next()).value as Reading;
    const lines = morning();
    stream.write(`time,watts\n${lines[0]}\n${lines[1]}\n`);
    const first = next();
    stream.write(`${lines[2]}\n`);
    expect((await first).start).to.equal(START);
    expect((await next()).start).to.equal(START + 900);
    expect((await next()).start).to.equal(START + 1800);
    const fourth = next();
    stream.write(`oops\n${lines[3]}\n`);
    expect((await fourth).start).to.equal(START + 2700);
    stream.end();
    expect((await input.next()).done).to.equal(true);
  });

  it('reads a long stream with a window that stays small', async () => {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `${new Date((START + i * 60) * 1000).toISOString()},600`,
    );
    lines[4_000] = 'oops';
    const { readings, passed } = await streamed(text(lines), { now: () => START + 1e7 }, 20_000);
    expect(readings).to.have.length(4_999);
    expect(passed.map(({ line, code }) => [line, code])).to.deep.equal([[4_002, 'unreadable-time']]);
    expect(readings.reduce((sum, { value }) => sum + value, 0n)).to.equal(49_990n);
  });

  it('error: a file that is not there', async () => {
    const csv = join(folder, 'none.csv');
    expect(await failure(take({ csv }))).to.equal(`${csv} can't be read: there is no such file`);
  });

  it('error: files that are no CSV', async () => {
    expect(await failure(read('{"a": 1}'))).to.include('the file is JSON, not CSV');
    expect(await failure(read('PK\x03\x04'))).to.include('the file is a ZIP archive');
  });
});
