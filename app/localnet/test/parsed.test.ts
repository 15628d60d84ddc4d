import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Account } from 'litesvm/dist/internal';
import { fromBase58, toJson } from '../src/encoding';
import { parseAccount } from '../src/rpc/parsed/account';
import { parseInstruction } from '../src/rpc/parsed/instructions';

interface Vectors {
  instructions: { program: string; accounts: string[]; data: string; parsed: Parsed }[];
  accounts: { address: string; owner: string; data: string; mint?: string; now: number; parsed: Parsed }[];
}

type Parsed = { parsed?: { type?: string } | string };

const { instructions, accounts }: Vectors = JSON.parse(
  readFileSync(join(__dirname, 'parsed.vectors.json'), 'utf8'),
);

const key = (text: string): Buffer => fromBase58(text)!;
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
const asJson = (value: unknown) => JSON.parse(toJson(value));

const typeOf = ({ parsed }: Parsed): string =>
  typeof parsed === 'object' ? (parsed.type ?? 'without type') : (parsed ?? 'not parsed');

describe('localnet: what validators parse', () => {
  for (const { program, accounts: keys, data, parsed } of instructions) {
    it(`instruction of ${program}: ${typeOf(parsed)}`, () => {
      const instruction = { program: key(program), accounts: keys.map(key), data: bytes(data) };
      expect(asJson(parseInstruction(instruction, 1))).to.deep.equal(parsed);
    });
  }

  for (const { address, owner, data, mint, now, parsed } of accounts) {
    it(`account of ${owner}: ${typeOf(parsed)}`, () => {
      const owned = (content: string) => new Account(1n, bytes(content), key(owner), false, 0n);
      const context = { read: () => (mint ? owned(mint) : null), now };
      const found = parseAccount(key(address), owned(data), context);
      expect(asJson(found ?? [bytes(data).toString('base64'), 'base64'])).to.deep.equal(parsed);
    });
  }
});
