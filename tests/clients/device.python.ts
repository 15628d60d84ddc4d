import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Vectors } from '../vectors/types';
import { ensurePython } from './python';

const ROOT = join(__dirname, '../..');
const python = ensurePython('device');
const vectors = join(ROOT, 'tests/vectors.json');
const { reports } = JSON.parse(readFileSync(vectors, 'utf8')) as Vectors;

describe('devices in other languages', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-c-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('the C encoder writes and signs the reports of the vectors, and refuses what it should', () => {
    const library = join(folder, 'report.so');
    const strict = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-O2'];
    const source = join(ROOT, 'app/device/c/commonwire_report.c');
    execFileSync('cc', [...strict, '-shared', '-fPIC', '-o', library, source], { stdio: 'inherit' });
    const script = join(__dirname, 'device.py');
    const printed = execFileSync(python, [script, library, vectors], { encoding: 'utf8' });
    const signed = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(signed).to.deep.equal(
      reports.map(({ bytes, ed25519, p256 }) => ({
        ed25519: [bytes.length / 2, bytes, ed25519.signature],
        p256: [bytes.length / 2, bytes, p256.signature],
        errors: [-1, -2, -2, -3, -4, -4],
      })),
    );
  });

  it('the C of docs/microcontrollers.md compiles', () => {
    const [, code] =
      /```c\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/microcontrollers.md'), 'utf8')) ?? [];
    const strict = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror', '-I', join(ROOT, 'app/device/c')];
    execFileSync('cc', [...strict, '-fsyntax-only', '-x', 'c', '-'], {
      input: code,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
  });

  for (const page of ['docs/devices.md', 'docs/microcontrollers.md']) {
    it(`the Python of ${page} prints what the page says`, () => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const [, code = '', after = ''] = /```python\n(.*?)```(.*)/s.exec(text) ?? [];
      const [, told = ''] = /```\n(.*?)```/s.exec(after) ?? [];
      const printed = execFileSync(python, ['-c', code], { encoding: 'utf8' });
      expect(told).to.not.equal('');
      expect(printed.slice(0, told.length)).to.equal(told);
      const kinds = [reports[0]!.ed25519, reports[0]!.p256].map(({ signature }) => signature);
      expect(kinds.some((signature) => told.includes(signature))).to.equal(true);
    });
  }
});
