import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolderWhole, writeWhole } from '../files';

describe('atomic writes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('leave a file alone that already has the bytes, and replace any other', () => {
    const file = join(folder, 'deep/file');
    writeWhole(file, 'one');
    utimesSync(file, 1, 1);
    writeWhole(file, 'one');
    expect(statSync(file).mtimeMs).to.equal(1000);
    writeWhole(file, 'two');
    expect(readFileSync(file, 'utf8')).to.equal('two');
    expect(readdirSync(join(folder, 'deep'))).to.deep.equal(['file']);
  });

  it('leave no folder behind if filling it fails, so that the next attempt starts over', () => {
    const made = join(folder, 'tool-1.0');
    const failing = () =>
      makeFolderWhole(made, (temporary) => {
        writeFileSync(join(temporary, 'half'), '');
        throw new Error('no space left');
      });
    expect(failing).to.throw('no space left');
    expect(readdirSync(folder)).to.deep.equal([]);
    makeFolderWhole(made, (temporary) => writeFileSync(join(temporary, 'whole'), ''));
    expect(readdirSync(made)).to.deep.equal(['whole']);
  });

  it('fill a folder once', () => {
    const made = join(folder, 'tool-1.0');
    let times = 0;
    const fill = () => {
      times += 1;
    };
    makeFolderWhole(made, fill);
    makeFolderWhole(made, fill);
    expect(times).to.equal(1);
  });
});
