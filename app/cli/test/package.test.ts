import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const ROOT = join(__dirname, '../../..');
const run = promisify(execFile);

describe('the package of commonwire', () => {
  it('works in a folder that has nothing but it and libsodium', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'commonwire-package-'));
    try {
      // Also with a configuration that forbids scripts, of which this package needs its own.
      const packing = [
        'pack',
        '--workspace',
        'app/cli',
        '--pack-destination',
        folder,
        '--ignore-scripts=false',
      ];
      await run('npm', packing, { cwd: ROOT });
      const [tarball] = readdirSync(folder);
      const installed = join(folder, 'node_modules/@commonwire/cli');
      mkdirSync(installed, { recursive: true });
      await run('tar', ['-xzf', join(folder, tarball!), '-C', installed, '--strip-components=1']);
      const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
      expect(Object.keys(dependencies)).to.deep.equal(['sodium-native']);
      expect(readdirSync(installed)).to.have.members(['README.md', 'bin', 'dist', 'package.json']);
      symlinkSync(join(ROOT, 'node_modules/sodium-native'), join(folder, 'node_modules/sodium-native'));

      const bin = join(installed, 'bin/commonwire.cjs');
      const commonwire = (...argv: string[]) =>
        run(process.execPath, [bin, ...argv], { cwd: folder }).then(
          ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
          (failed: { code: number; stdout: string; stderr: string }) => failed,
        );
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
      expect(await commonwire('--version')).to.include({ code: 0, stdout: `${version}\n` });
      const cleared = await commonwire('market', 'clear', '--bids', '10@30', '--asks', '12@18', '--json');
      expect(JSON.parse(cleared.stdout)).to.include({ quantity: '10', price: '18' });
      expect((await commonwire('oracle', '--help')).stdout).to.include('commonwire oracle invoke sync');
      const unknown = await commonwire('device', '--json');
      expect(unknown).to.include({ code: 2, stdout: '' });
      expect(JSON.parse(unknown.stderr).error).to.include({ code: 'usage', exit_status: 2 });
      const unreachable = await commonwire(
        'status',
        '--url',
        'http://127.0.0.1:9',
        '--network',
        '1'.repeat(32),
      );
      expect(unreachable).to.include({ code: 13, stdout: '' });
      expect(unreachable.stderr).to.match(/^error: .*check --url\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(180_000);
});
