import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { FileOutbox } from '../src/file-outbox';

const KILLS = 15;

describe('spool of a device that loses power', function () {
  this.timeout(120_000);
  let folder: string;
  let program: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spool-'));
    program = join(folder, 'victim.cjs');
    await build({
      entryPoints: [join(__dirname, 'spool-victim.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      // The outbox signs nothing, so it needs no native code.
      external: ['sodium-native'],
      logLevel: 'error',
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the victim until it has told `lines` of its calls, and kills it. @returns what it told */
  async function killed(file: string, first: bigint, lines: number): Promise<string[]> {
    const child = spawn(process.execPath, [program, file, `${first}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_PATH: join(__dirname, '../../../node_modules') },
    });
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split('\n').length > lines) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    expect(signal).to.equal('SIGKILL');
    // The last line may be cut off as well.
    return told.split('\n').slice(0, -1);
  }

  it(`loses nothing, doubles nothing and changes nothing in ${KILLS} kills`, async () => {
    const file = join(folder, 'box');
    const pending = new Map<bigint, string>();
    const everything = new Map<bigint, string>();
    let first = 0n;
    for (let kill = 0; kill < KILLS; kill++) {
      const done = new Set<bigint>();
      for (const line of await killed(file, first, 1 + ((kill * 37) % 90))) {
        const [what, sequence = '', ...report] = line.split(' ');
        if (what === 'put') pending.set(BigInt(sequence), report.join(' '));
        else done.add(BigInt(sequence));
      }
      for (const sequence of done) pending.delete(sequence);
      const box = new FileOutbox(file, 'net/3');
      const found = new Map(box.pending(1e6).map(({ sequence, report }) => [sequence, report]));
      const counted = BigInt(box.outcomes.get('accepted') ?? 0);
      first = box.last?.sequence ?? 0n;
      box.close();
      // The oldest ones are settled first, so what isn't pending any more is all below what is.
      expect(counted + BigInt(found.size), `kill ${kill}`).to.equal(first);
      for (const sequence of done) expect(found.has(sequence), `done ${sequence}`).to.equal(false);
      for (const [sequence, report] of pending)
        if (sequence > counted) expect(found.get(sequence), `put ${sequence}`).to.equal(report);
      // A call that didn't return may have been done: at most one, of one answer.
      const settledUntold = [...pending.keys()].filter((sequence) => !found.has(sequence));
      expect(settledUntold.length, `kill ${kill}`).to.be.at.most(1);
      for (const [sequence, report] of found) {
        expect(everything.get(sequence) ?? report).to.equal(report);
        everything.set(sequence, report);
      }
      pending.clear();
      for (const [sequence, report] of found) pending.set(sequence, report);
    }
    expect(everything.size).to.be.above(KILLS);
  });

  it('goes on with what is left if the disk lost the end of the file', () => {
    const file = join(folder, 'cut');
    const entry = (sequence: number) => ({
      ...{ sequence: BigInt(sequence), start: sequence * 60, seconds: 60 },
      ...{ report: `report-${sequence}`, signature: 's' },
    });
    let box = new FileOutbox(file, 'net/3');
    const ends = [statSync(file).size];
    for (let sequence = 1; sequence <= 40; sequence++) {
      box.put([entry(sequence)]);
      ends.push(statSync(file).size);
    }
    box.close();
    for (let size = ends.at(-1)! - 1; size >= ends[0]!; size -= 29) {
      truncateSync(file, size);
      box = new FileOutbox(file, 'net/3');
      const whole = ends.filter((end) => end <= size).length - 1;
      expect(box.size, `cut to ${size}`).to.equal(whole);
      expect(box.last?.sequence ?? 0n).to.equal(BigInt(whole));
      box.close();
    }
  });
});
