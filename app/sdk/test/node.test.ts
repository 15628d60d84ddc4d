import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileError, readJson, readKeypair } from '@commonwire/sdk/node';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';

describe('files that commands read', () => {
  let folder: string;
  const write = (name: string, value: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };
  const errorOf = (act: () => unknown): FileError => {
    try {
      act();
    } catch (error) {
      if (error instanceof FileError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'commonwire-node-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('a key pair as Solana tools write it', () => {
    const keypair = Keypair.generate();
    expect(readKeypair(write('id.json', [...keypair.secretKey])).secretKey).to.deep.equal(keypair.secretKey);
  });

  it('error: a key file that is missing or none, of which no byte is told', () => {
    expect(errorOf(() => readKeypair(join(folder, 'none.json')))).to.include({ code: 'unreadable-file' });
    for (const value of [[251, 252], 'x251', Array(64).fill(256), Array(64).fill('251')]) {
      const error = errorOf(() => readKeypair(write('bad.json', value)));
      expect(error).to.include({ code: 'bad-key-file' });
      expect(error.message)
        .to.match(/JSON array of 64 bytes/)
        .and.not.match(/25\d/);
    }
    const mixed = errorOf(() => readKeypair(write('mixed.json', Array(64).fill(251))));
    expect(mixed.message)
      .to.match(/damaged: its public key/)
      .and.not.match(/251/);
  });

  it('JSON, or an error that names the file', () => {
    expect(readJson(write('good.json', { a: 1 }))).to.deep.equal({ a: 1 });
    const bad = errorOf(() => readJson(write('bad.json', '{')));
    expect(bad).to.include({ code: 'bad-json' });
    expect(bad.message).to.include(join(folder, 'bad.json'));
    expect(errorOf(() => readJson(folder))).to.include({ code: 'unreadable-file' });
  });
});
