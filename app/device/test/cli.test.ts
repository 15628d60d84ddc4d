import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommonwireError } from '@commonwire/sdk/core';
import { decodeReport } from '@commonwire/sdk/device';
import { readKeypair } from '@commonwire/sdk/node';
import { expect } from 'chai';
import { parseCommand } from '../src/arguments';
import { createKeyFile } from '../src/key-file';
import { run } from '../src/run';
import { FakeClock, json, NETWORK, type StubOracle, startOracle } from './support';

const OWNER = 'SysvarC1ock11111111111111111111111111111111';
const messageOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof CommonwireError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('device command line', () => {
  let folder: string;
  let oracle: StubOracle;
  let key: string;
  let log: string[];
  const clock = () => new FakeClock(Date.parse('2016-07-02T00:00:00Z'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const command = (...more: string[]) => {
    const place = ['--latitude', '39.742', '--longitude=-105.18'];
    const device = ['--oracle', oracle.url, '--key', key, '--index', '3', '--owner', OWNER, ...place];
    return parseCommand(['run', ...device, ...more]);
  };
  const start = (
    parsed: ReturnType<typeof parseCommand>,
    time = clock(),
    signal = new AbortController().signal,
  ) => {
    if (parsed.command !== 'run') throw new Error('not a run');
    return run(parsed, { clock: time, signal, log: (line) => log.push(line) });
  };
  const received = () =>
    oracle.batches
      .flatMap(({ reports }) => reports)
      .map(({ report }) => decodeReport(new Uint8Array(Buffer.from(report, 'base64'))));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'device-'));
    key = join(folder, 'device.json');
    createKeyFile(key);
    log = [];
    oracle = await startOracle();
  });
  afterEach(async () => {
    await oracle.close();
    rmSync(folder, { recursive: true });
  });

  it('reports every line of a CSV, with power converted to energy', async () => {
    const csv = write('a.csv', 'time,W\n2016-07-01 12:00:00Z,1001\n2016-07-01 12:15:00Z,1003.5\n');
    expect(await start(command(csv))).to.equal(0);
    const reports = received();
    expect(reports.map(({ start, seconds, value }) => [start, seconds, value])).to.deep.equal([
      [1_467_374_400, 900, 250n],
      [1_467_375_300, 900, 251n],
    ]);
    expect(reports[0]).to.include({ index: 3, kind: 1, latitude: 397_420_000, longitude: -1_051_800_000 });
    expect(log.at(-1)).to.equal('2016-07-01T12:15:00.000Z 900 s: accepted');
  });

  it('names the columns of a CSV that it does not use', async () => {
    await start(
      command(
        write('a.csv', 'time,W,V,note\n2016-07-01 12:00Z,1000,230,ok\n2016-07-01 12:15Z,1000,231,ok\n'),
      ),
    );
    expect(log.join('\n')).to.include(
      'a.csv: columns V, note are not used; --value-column takes another one',
    );
    await start(
      command(write('b.csv', 'time,W,V\n2016-07-01 13:00Z,1000,230\n2016-07-01 13:15Z,1000,231\n')),
    );
    expect(log.join('\n')).to.include('b.csv: column V is not used');
  });

  it('skips readings that it reported before a restart', async () => {
    await start(command(write('a.csv', '2016-07-01 12:00Z,1000\n')));
    await start(command(write('a.csv', '2016-07-01 12:00Z,1000\n2016-07-01 12:15Z,1000\n')));
    expect(received()).to.have.length(2);
    expect(log.join('\n')).to.include('1 readings skipped');
  });

  it('reports the extra given in hex in a third column', async () => {
    const lines = '2016-07-01 12:00Z,21500,010f00\n2016-07-01 12:15Z,21600\n2016-07-01 12:30Z,21700, \n';
    expect(await start(command('--kind', 'sensor', write('a.csv', lines)))).to.equal(0);
    expect(received().map(({ value, extra }) => [value, [...extra]])).to.deep.equal([
      [21_500n, [1, 15, 0]],
      [21_600n, []],
      [21_700n, []],
    ]);
  });

  it('reports whole numbers of another kind unchanged', async () => {
    const csv = write('a.csv', '2016-07-01 12:00Z,840\n');
    await start(command('--kind', 'parking', '--seconds', '3600', csv));
    expect(received()[0]).to.include({ kind: 3, seconds: 3_600, value: 840n });
  });

  it('waits for the end of an interval, and then as long as its key says', async () => {
    const time = new FakeClock(Date.parse('2016-07-01T12:05:00Z'));
    await start(command(write('a.csv', '2016-07-01 12:00Z,1000\n')), time);
    const spread = time.slept.pop();
    expect(time.slept.reduce((sum, wait) => sum + wait, 0)).to.equal(600_000);
    expect(spread).to.be.within(1, 20_000);
  });

  it('logs rejected readings with their code, and counts them', async () => {
    const answer = { status: 'rejected', code: 'wrong-owner', reason: 'The report names another owner.' };
    oracle.next.push((_, response) => json(response, 200, { epoch: 1, results: [answer] }));
    expect(await start(command(write('a.csv', '2016-07-01 12:00Z,1000\n')))).to.equal(1);
    expect(log.at(-1)).to.include('rejected (wrong-owner) The report names another owner.');
  });

  it('keeps unsent reports when stopped, and sends them next time', async () => {
    const stop = new AbortController();
    oracle.next.push(() => stop.abort());
    const csv = write('a.csv', '2016-07-01 12:00Z,1000\n2016-07-01 12:15Z,1000\n');
    const stopped = await start(command(csv), clock(), stop.signal).then(
      () => 'ended',
      (error: Error) => error.name,
    );
    expect(stopped).to.equal('AbortError');
    oracle.batches.length = 0;
    await start(command(csv));
    expect(received().map(({ start }) => start)).to.deep.equal([1_467_374_400, 1_467_375_300]);
  });

  it('passes over a bad line, which it tells and keeps aside, at the next start too', async () => {
    const text = 'time,W\n2016-07-01 12:00Z,1000\noops\n2016-07-01 12:30Z,NaN\n2016-07-01 12:45Z,1000\n';
    const csv = write('a.csv', text);
    expect(await start(command('--seconds', '900', csv))).to.equal(0);
    expect(received().map(({ start }) => start)).to.deep.equal([1_467_374_400, 1_467_377_100]);
    expect(log.join('\n')).to.include(`${csv}:3: passed over (unreadable-time)`).and.include('It was: oops');
    const aside = () => readFileSync(`${key}.outbox.passed-over`, 'utf8');
    expect(aside()).to.equal('unreadable-time\t3\toops\nno-value\t4\t2016-07-01 12:30Z,NaN\n');

    const [before] = [aside(), log.splice(0)];
    write('a.csv', `${text}2016-07-01 13:00Z,1000\n`);
    expect(await start(command('--seconds', '900', csv))).to.equal(0);
    expect(received()).to.have.length(3);
    expect(aside()).to.equal(before);
    expect(log.join('\n')).to.include('2 lines passed over, 2 of them already at an earlier start');
  });

  it('passes over a line with an extra that is not hex, or a column too many', async () => {
    const bad = ['1', 'xy', '00'.repeat(256), '00,00'];
    const lines = bad.map((extra, i) => `2016-07-01 12:${i}0Z,1000,${extra}`);
    const csv = write('a.csv', [...lines, '2016-07-01 12:40Z,1000,00'].join('\n'));
    expect(await start(command('--kind', 'sensor', '--seconds', '600', csv))).to.equal(0);
    expect(received().map(({ start }) => start)).to.deep.equal([1_467_374_400 + 2400]);
    expect(log.filter((line) => line.includes("are the report's extra bytes in hex"))).to.have.length(4);
  });

  it('error: no oracle answers', async () => {
    await oracle.close();
    const message = await messageOf(() => start(command(write('a.csv', ''))));
    expect(message).to.include('no oracle answered which network it serves').and.include(oracle.url);
    oracle = await startOracle();
  });

  it('error: the oracles serve another network', async () => {
    const message = await messageOf(() => start(command('--network', OWNER)));
    expect(message).to.equal(`these oracles serve network ${NETWORK.network}, not ${OWNER}`);
  });

  it('never overwrites a key, and makes it readable only by its user', async () => {
    expect(await messageOf(() => createKeyFile(key))).to.equal(
      `can't write a new key to ${key}: it exists, and a key is never overwritten; name another file`,
    );
    expect(statSync(key).mode & 0o777).to.equal(0o600);
    expect(readKeypair(key).secretKey).to.have.length(64);
  });

  for (const [what, argv, message] of [
    ['a missing option', ['run', '--oracle', 'http://a'], '--key is missing'],
    ['an unknown option', ['run', '--orcale', 'x'], '--orcale is not an option of run'],
    ['an unknown command', ['fly'], 'there is no command fly'],
    [
      'an option of another command',
      ['keygen', '--key', 'k', '--index', '3'],
      '--index is not an option of keygen',
    ],
    ['a file too many', ['run', 'a.csv', 'b.csv'], 'b.csv is one argument too many'],
    ['a bad oracle', ['run', '--oracle', 'localhost', '--key', 'k'], '--oracle: '],
  ] as const) {
    it(`error: ${what} on the command line`, async () => {
      expect(await messageOf(() => parseCommand(argv)))
        .to.include(message)
        .and.include('--help');
    });
  }

  it('error: values out of range', async () => {
    for (const [option, value] of [
      ['--index', '-1'],
      ['--index', '4294967296'],
      ['--latitude', '91'],
      ['--seconds', '90'],
      ['--kind', 'wind'],
      ['--owner', 'me'],
    ] as const) {
      expect(await messageOf(() => command(`${option}=${value}`)), option).to.include(`${option}: `);
    }
    expect(await messageOf(() => command('--kind', 'parking', '--unit', 'W'))).to.include(
      'W is for energy only',
    );
  });
});
