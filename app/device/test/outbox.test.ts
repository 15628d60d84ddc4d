import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DeviceError } from '../src/errors';
import { FileOutbox } from '../src/file-outbox';
import type { OutboxEntry } from '../src/outbox';

const entry = (sequence: number): OutboxEntry => ({
  sequence: BigInt(sequence),
  start: sequence * 60,
  seconds: 60,
  report: `report-${sequence}`,
  signature: `signature-${sequence}`,
});
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof DeviceError) return error.code;
    throw error;
  }
  return 'none';
};

describe('file outbox', () => {
  let folder: string;
  let file: string;
  let box: FileOutbox;
  const reopen = () => {
    box.close();
    box = new FileOutbox(file, 'net/3');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    file = join(folder, 'box.ndjson');
    box = new FileOutbox(file, 'net/3');
  });
  afterEach(() => {
    box.close();
    rmSync(folder, { recursive: true });
  });

  it('keeps unanswered reports in order, and the outcomes of the others, across a restart', () => {
    box.put([entry(1), entry(2), entry(3), entry(4)]);
    box.settle([
      { sequence: 1n, answer: { status: 'accepted' } },
      { sequence: 3n, answer: { status: 'rejected', code: 'too-old', reason: '' } },
    ]);
    reopen();
    expect(box.pending(10)).to.deep.equal([entry(2), entry(4)]);
    expect(box.pending(1)).to.deep.equal([entry(2)]);
    expect(Object.fromEntries(box.outcomes)).to.deep.equal({ accepted: 1, 'rejected/too-old': 1 });
    expect(box.last).to.deep.equal({ sequence: 4n, end: 300 });
  });

  it('drops a last line cut off by a crash, at every possible length, and continues after it', () => {
    box.put([entry(1)]);
    const whole = readFileSync(file);
    box.put([entry(2)]);
    const torn = readFileSync(file);
    box.close();
    for (let length = whole.length; length < torn.length; length++) {
      writeFileSync(file, torn.subarray(0, length));
      box = new FileOutbox(file, 'net/3');
      expect(box.pending(10), `cut at ${length}`).to.deep.equal([entry(1)]);
      box.put([entry(5)]);
      reopen();
      expect(box.pending(10), `cut at ${length}, then put`).to.deep.equal([entry(1), entry(5)]);
      box.close();
    }
    box = new FileOutbox(file, 'net/3');
  });

  it('starts empty if a crash left an incomplete first line', () => {
    box.close();
    writeFileSync(file, '{"outbox":1,"dev');
    box = new FileOutbox(file, 'net/3');
    expect(box.size).to.equal(0);
    expect(box.last).to.equal(undefined);
  });

  it('removes answered reports when there are many, but keeps their counts and the last sequence', () => {
    const many = Array.from({ length: 2_500 }, (_, i) => entry(i + 1));
    box.put(many);
    box.settle(many.slice(0, 2_400).map(({ sequence }) => ({ sequence, answer: { status: 'accepted' } })));
    const before = readFileSync(file).length;
    reopen();
    expect(readFileSync(file).length).to.be.below(before / 10);
    expect(box.size).to.equal(100);
    box.settle(many.slice(2_400).map(({ sequence }) => ({ sequence, answer: { status: 'duplicate' } })));
    reopen();
    expect(box.size).to.equal(0);
    expect(box.last).to.deep.equal({ sequence: 2_500n, end: 150_060 });
    expect(Object.fromEntries(box.outcomes)).to.deep.equal({ accepted: 2_400, duplicate: 100 });
  });

  it('drops a last write that the disk garbled: zeros, or a part that is old', () => {
    box.put([entry(1)]);
    const whole = readFileSync(file);
    box.put([entry(2), entry(3)]);
    const written = readFileSync(file);
    box.close();
    for (let from = whole.length; from < written.length; from += 23) {
      for (const fill of [0, 0x0a, 0x7b]) {
        const garbled = Buffer.from(written);
        garbled.fill(fill, from, Math.min(from + 40, garbled.length));
        if (garbled.equals(written)) continue;
        writeFileSync(file, garbled);
        box = new FileOutbox(file, 'net/3');
        expect(box.pending(10), `${fill} at ${from}`).to.deep.equal([entry(1)]);
        expect(box.torn).to.equal(written.length - whole.length);
        box.put([entry(5)]);
        reopen();
        expect(box.pending(10)).to.deep.equal([entry(1), entry(5)]);
        box.close();
      }
    }
    expect(readFileSync(`${file}.torn`).length).to.be.above(0);
    box = new FileOutbox(file, 'net/3');
  });

  it('reads the file of an earlier release, and writes it anew', () => {
    box.close();
    const { sequence, ...rest } = entry(7);
    const lines = [
      { outbox: 1, device: 'net/3', last: { sequence: '6', end: 420 }, outcomes: { accepted: 3 } },
      { put: `${sequence}`, ...rest },
      { put: '8', ...entry(8), sequence: undefined },
      { done: '7', answer: { status: 'accepted' } },
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    box = new FileOutbox(file, 'net/3');
    expect(readFileSync(file, 'utf8')).to.include('{"outbox":2');
    reopen();
    expect(box.pending(10)).to.deep.equal([entry(8)]);
    expect(Object.fromEntries(box.outcomes)).to.deep.equal({ accepted: 4 });
    expect(box.last).to.deep.equal({ sequence: 8n, end: 540 });
  });

  it('error: damage before the end, naming the line; the file stays unchanged', () => {
    box.put([entry(1)]);
    box.close();
    appendFileSync(file, 'garbage\n');
    const good = readFileSync(file, 'utf8').split('\n')[1];
    appendFileSync(file, `${good}\n`);
    const content = readFileSync(file, 'utf8');
    expect(() => new FileOutbox(file, 'net/3')).to.throw(`${file}:3: damaged line`);
    expect(readFileSync(file, 'utf8')).to.equal(content);
    rmSync(file);
    box = new FileOutbox(file, 'net/3');
  });

  it("error: another device's outbox", () => {
    box.close();
    expect(codeOf(() => new FileOutbox(file, 'net/4'))).to.equal('outbox_foreign');
    box = new FileOutbox(file, 'net/3');
  });

  it('error: open in another process; a lock of a dead process is taken over', () => {
    expect(codeOf(() => new FileOutbox(file, 'net/3'))).to.equal('outbox_locked');
    box.close();
    // The second one is running, but it isn't the process that had the lock.
    for (const holder of ['99999999', `${process.pid} another-boot/1`, '']) {
      writeFileSync(`${file}.lock`, `${holder}\n`);
      box = new FileOutbox(file, 'net/3');
      box.close();
    }
    expect(existsSync(`${file}.lock`)).to.equal(false);
    box = new FileOutbox(file, 'net/3');
  });
});
