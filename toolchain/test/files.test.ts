import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolderWhole, writeWhole } from '../files';

describe('writing whole', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('leaves a file alone that has the bytes already, and replaces another', () => {
    const file = join(folder, 'deep/file');
    writeWhole(file, 'one');
    utimesSync(file, 1, 1);
    writeWhole(file, 'one');
    expect(statSync(file).mtimeMs).to.equal(1000);
    writeWhole(file, 'two');
    expect(readFileSync(file, 'utf8')).to.equal('two');
    expect(readdirSync(join(folder, 'deep'))).to.deep.equal(['file']);
  });

  it('leaves no folder behind when filling it fails, so that the next try starts anew', () => {
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

  it('fills a folder once', () => {
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
