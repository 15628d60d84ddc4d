import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { NETWORK, type StubOracle, startOracle } from './support';

const execute = promisify(execFile);
const OWNER = 'SysvarC1ock11111111111111111111111111111111';

describe('device agent as a package', function () {
  this.timeout(180_000);
  let folder: string;
  let oracle: StubOracle;
  const inFolder = (command: string, ...args: string[]) =>
    execute(command, args, { cwd: folder, encoding: 'utf8' });

  before(async () => {
    // Outside the repository, so that nothing of it can be found.
    folder = mkdtempSync(join(tmpdir(), 'commonwire-package-'));
    oracle = await startOracle(undefined, { ...NETWORK, time: Date.now() });
    const build = join(__dirname, '../build.ts');
    const root = join(__dirname, '../../..');
    const { stdout } = await execute('npx', ['tsx', build, folder], { cwd: root, encoding: 'utf8' });
    const [name, version] = ['commonwire-device', '0.1.0'];
    expect(stdout.trim()).to.equal(join(folder, `${name}-${version}.tgz`));
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await inFolder('npm', 'install', '--offline', '--no-audit', '--no-fund', stdout.trim());
  });
  after(async () => {
    await oracle.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes a key, reads a file, and reports it', async () => {
    const agent = join(folder, 'node_modules/.bin/commonwire-device');
    const { stdout: publicKey } = await inFolder(agent, 'keygen', '--key', 'meter.json');
    expect(publicKey.trim()).to.match(/^[1-9A-HJ-NP-Za-km-z]{43,44}$/);
    const start = Math.floor(Date.now() / 900_000) * 900 - 1_800;
    const times = [start, start + 900].map((time) => new Date(time * 1000).toISOString());
    writeFileSync(join(folder, 'readings.csv'), times.map((time) => `${time},2000\n`).join(''));
    const place = ['--latitude', '39.742', '--longitude=-105.18'];
    const device = ['--oracle', oracle.url, '--key', 'meter.json', '--index', '3', '--owner', OWNER];
    const { stdout } = await inFolder(agent, 'run', ...device, ...place, 'readings.csv');
    expect(stdout.match(/900 s: accepted/g)).to.have.length(2);
    const reports = oracle.batches
      .flatMap(({ reports }) => reports)
      .map(({ report }) => decodeReport(new Uint8Array(Buffer.from(report, 'base64'))));
    expect(reports.map(({ start, value }) => [start, value])).to.deep.equal([
      [start, 500n],
      [start + 900, 500n],
    ]);
  });

  it('calls itself by its name, and brings a unit that starts it', async () => {
    const { stdout } = await inFolder('node_modules/.bin/commonwire-device', '--help');
    expect(stdout).to.include('commonwire-device run --oracle').and.not.include('npx tsx');
    const unit = readFileSync(
      join(folder, 'node_modules/commonwire-device/commonwire-device.service'),
      'utf8',
    );
    const [, start = ''] = /^ExecStart=.*READER \| commonwire-device (.*)'$/m.exec(unit) ?? [];
    const options = start.match(/--[a-z]+/g) ?? [];
    expect(options).to.include.members(['--oracle', '--key', '--index', '--owner']);
    for (const option of options) expect(stdout).to.include(option);
  });
});
