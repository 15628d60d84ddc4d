import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ascii, u32, u64 } from '@commonwire/sdk/core';
import { EPOCH_MESSAGE_BYTES, encodeEpochMessage } from '@commonwire/sdk/network';
import { expect } from 'chai';
import idl from '../../app/sdk/src/generated/network.json';

const page = readFileSync(join(__dirname, '../../docs/formats.md'), 'utf8');

type Type = string | { array: [Type, number] } | { defined: { name: string } };
interface Field {
  name: string;
  type: Type;
}

const BYTES: Record<string, number> = { bool: 1, u8: 1, u32: 4, u64: 8, i64: 8, pubkey: 32 };
const fieldsOf = (name: string): Field[] => {
  const found = idl.types.find((type) => type.name === name);
  if (!found || !('fields' in found.type)) throw new Error(`${name} is no struct`);
  return found.type.fields as unknown as Field[];
};
const sizeOf = (type: Type): number => {
  if (typeof type === 'string') return BYTES[type]!;
  if ('array' in type) return sizeOf(type.array[0]) * type.array[1];
  return fieldsOf(type.defined.name).reduce((sum, field) => sum + sizeOf(field.type), 0);
};
const typeText = (type: Type): string => {
  if (typeof type === 'string') return type === 'pubkey' ? 'address' : type;
  if ('defined' in type) return `\`${type.defined.name}\``;
  const [of, count] = type.array;
  return of === 'u8' ? `${count} bytes` : `${count} x ${typeText(of)}`;
};
/** The section under a heading. */
const section = (heading: string): string => {
  const [, text = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'));
  return text.split(/^#/m)[0]!;
};
const rows = (text: string): string[][] =>
  [...text.matchAll(/^\| (.+) \|$/gm)]
    .map(([, row]) => row!.split(/(?<!\\) \| /))
    .filter(([first]) => /^\d|^`/.test(first!));

describe('docs/formats.md', () => {
  const accounts = idl.accounts.map(({ name }) => name);
  const parts = idl.types.flatMap(({ name, type }) => (type.kind === 'struct' ? [name] : []));
  const arguments_ = ['EpochClaim', 'LeafClaim', 'Roles'];

  for (const name of parts.filter((part) => !arguments_.includes(part)))
    it(`has the fields of ${name} where they are`, () => {
      let offset = accounts.includes(name) ? 8 : 0;
      const expected = fieldsOf(name).map((field) => {
        const at = offset;
        offset += sizeOf(field.type);
        return [`${at}`, `\`${field.name}\``, typeText(field.type)];
      });
      expect(rows(section(name)).map((row) => row.slice(0, 3))).to.deep.equal(expected);
    });

  it('lists every account with its size', () => {
    const listed = rows(section('Accounts')).map(([name, , bytes]) => [
      name,
      Number(bytes!.replace(',', '')),
    ]);
    const size = (name: string) => 8 + sizeOf({ defined: { name } });
    expect(listed).to.have.deep.members(accounts.map((name) => [`\`${name}\``, size(name)]));
  });

  it('lists every error with its number', () => {
    const kebab = (name: string) => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    const errors = idl.errors.map(({ code, name, msg }) => [`${code}`, `\`${kebab(name)}\``, msg]);
    expect(rows(section('Error codes'))).to.deep.equal(errors);
  });

  it('has the fields of the epoch message where they are', () => {
    const filled = (byte: number) => new Uint8Array(32).fill(byte);
    const [program, genesisHash, network, ledgerRoot] = [filled(1), filled(2), filled(3), filled(7)];
    const [registryHash, usageRoot, datasetHash] = [filled(9), filled(10), filled(11)];
    const numbers = {
      birth: 4n,
      committeeVersion: 5,
      epoch: 6n,
      attempt: 12,
      earnedTotal: 8n,
      deviceCount: 13,
    };
    const roots = { ledgerRoot, registryHash, usageRoot, datasetHash };
    const message = encodeEpochMessage({ program, genesisHash, network, ...numbers, ...roots });
    const fields = [
      ascii('commonwire:epoch:v2'),
      program,
      genesisHash,
      network,
      u64(4n),
      u32(5),
      u64(6n),
      u32(12),
      ledgerRoot,
      u64(8n),
      u32(13),
      registryHash,
      usageRoot,
      datasetHash,
    ];
    const listed = rows(section('Epoch message')).map((row) => row.slice(0, 2).map(Number));
    expect(listed).to.have.length(fields.length);
    for (const [i, [offset = 0, bytes = 0]] of listed.entries())
      expect(message.slice(offset, offset + bytes)).to.deep.equal(fields[i]);
    expect(listed.at(-1)).to.deep.equal([EPOCH_MESSAGE_BYTES - 32, 32]);
  });
});
