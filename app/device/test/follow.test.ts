import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readInput } from '../src/input';
import type { PassedLine } from '../src/passed-lines';

describe('a file that grows', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'follow-'));
    file = join(folder, 'meter.csv');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /**
   * Follows the file. Each time nothing is left to read, the next step changes it; after the last one the input ends.
   * @returns hours and values of the readings, and what was passed over
   */
  async function follow(steps: readonly (() => void)[]) {
    const stop = new AbortController();
    const todo = [...steps];
    const sleep = async () => {
      const step = todo.shift();
      if (step) step();
      else stop.abort();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const passed: PassedLine[] = [];
    const log: string[] = [];
    const readings: [number, bigint][] = [];
    const input = readInput({
      csv: file,
      follow: { sleep },
      signal: stop.signal,
      unit: 'W',
      seconds: 3_600,
      now: () => Date.parse('2016-07-02T00:00:00Z') / 1000,
      passed: (line) => passed.push(line),
      log: (line) => log.push(line),
    });
    for await (const { start, value } of input) readings.push([(start / 3600) % 24, value]);
    return { readings, passed: passed.map(({ code, text }) => `${code} ${text}`), log: log.join('\n') };
  }
  const row = (hour: number, watts: number | string) =>
    `2016-07-01 ${String(hour).padStart(2, '0')}:00Z,${watts}\n`;
  const write = (text: string) => () => writeFileSync(file, text);
  const append = (text: string) => () => appendFileSync(file, text);
  const rotate = () => renameSync(file, `${file}.1`);

  it('waits for the file, and reads each line once it is ended', async () => {
    const { readings, log } = await follow([
      write(`time,W\n${row(8, 100)}2016-07-01 09:00Z,1`),
      append('234\n2016-07-'),
      append('01 10:00Z,300'),
      append('\r\n'),
    ]);
    expect(readings).to.deep.equal([
      [8, 100n],
      [9, 1234n],
      [10, 300n],
    ]);
    expect(log).to.include('waiting for it');
  });

  it('reads the rest of a file that was renamed, and the next one, with its header or without', async () => {
    for (const header of ['time,W\n', '']) {
      const { readings } = await follow([
        write(`time,W\n${row(8, 100)}`),
        () => {
          appendFileSync(file, row(9, 200));
          rotate();
        },
        write(`${header}${row(10, 300)}`),
        append(row(11, 400)),
      ]);
      rmSync(file);
      expect(readings, header).to.deep.equal([
        [8, 100n],
        [9, 200n],
        [10, 300n],
        [11, 400n],
      ]);
    }
  });

  it('reads a file that was cut from its start, and never half a line', async () => {
    const { readings, passed, log } = await follow([
      write(`time,W\n${row(8, 100)}2016-07-01 09:00Z,12`),
      write(`time,W\n${row(10, 300)}`),
    ]);
    expect(readings).to.deep.equal([
      [8, 100n],
      [10, 300n],
    ]);
    expect(passed).to.deep.equal(['unfinished 2016-07-01 09:00Z,12']);
    expect(log).to.include('it was cut');
  });

  it('reads a new header anew', async () => {
    const { readings } = await follow([
      write(`time,W\n${row(8, 100)}`),
      rotate,
      write('volts,time,W\n230,2016-07-01 09:00Z,500\n231,2016-07-01 10:00Z,600\n'),
    ]);
    expect(readings).to.deep.equal([
      [8, 100n],
      [9, 500n],
      [10, 600n],
    ]);
  });

  it('passes over a line without end, and goes on after it', async () => {
    const { readings, passed } = await follow([
      write(`time,W\n${row(8, 100)}`),
      append('x'.repeat(200_000)),
      append(`x\n${row(9, 200)}`),
    ]);
    expect(readings).to.deep.equal([
      [8, 100n],
      [9, 200n],
    ]);
    expect(passed).to.have.length(1);
    expect(passed[0]).to.match(/^too-long x+$/);
  });
});
