import { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  assetEffects,
  assetsProgram,
  decodeAsset,
  decodePermit,
  decodeStake,
  type Holdings,
} from '../src/assets';
import { AccountError } from '../src/core';
import { bn } from '../src/core/anchor-values';
import assetsIdl from '../src/generated/assets.json';
import networkIdl from '../src/generated/network.json';
import stakeIdl from '../src/generated/stake.json';
import { decodeNetwork, networkEffects, networkProgram } from '../src/network';
import { decodePool, decodePosition, stakeProgram } from '../src/stake';

const ADDRESS = PublicKey.default;
const addresses = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => new PublicKey(key));

/** A type as an IDL has it. */
type IdlType =
  | string
  | { array: [IdlType, number] }
  | { vec: IdlType }
  | { option: IdlType }
  | { defined: { name: string } };
interface IdlShape {
  instructions: {
    name: string;
    args: { name: string; type: IdlType }[];
    accounts: { name: string; address?: string }[];
  }[];
  types: {
    name: string;
    type: { kind: string; fields?: { name: string; type: IdlType }[]; variants?: { name: string }[] };
  }[];
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const integer = (bits: bigint, signed = false) => {
  const least = signed ? -(2n ** (bits - 1n)) : 0n;
  return fc.bigInt({ min: least, max: least + 2n ** bits - 1n });
};

/** Values of a type, as Anchor's coder takes them. */
function valuesOf(type: IdlType, types: IdlShape['types']): fc.Arbitrary<unknown> {
  if (typeof type === 'object') {
    if ('array' in type)
      return fc.array(valuesOf(type.array[0], types), { minLength: type.array[1], maxLength: type.array[1] });
    if ('vec' in type) return fc.array(valuesOf(type.vec, types), { maxLength: 4 });
    if ('option' in type) return fc.option(valuesOf(type.option, types));
    const { fields = [], variants } = types.find(({ name }) => name === type.defined.name)!.type;
    if (variants)
      return fc.constantFrom(
        ...variants.map(({ name }) => ({ [camel(name.charAt(0).toLowerCase() + name.slice(1))]: {} })),
      );
    return fc.record(
      Object.fromEntries(fields.map((field) => [camel(field.name), valuesOf(field.type, types)])),
    );
  }
  const bits = /^([ui])(\d+)$/.exec(type);
  if (bits) {
    const [, sign, size] = bits;
    const values = integer(BigInt(size!), sign === 'i');
    return Number(size) > 32 ? values.map(bn) : values.map(Number);
  }
  if (type === 'bool') return fc.boolean();
  if (type === 'pubkey') return addresses;
  if (type === 'bytes') return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  throw new Error(`no values of type ${type}`);
}

const PROGRAMS = [
  { program: networkProgram, idl: networkIdl as unknown as IdlShape },
  { program: assetsProgram, idl: assetsIdl as unknown as IdlShape },
  { program: stakeProgram, idl: stakeIdl as unknown as IdlShape },
];

/** Instructions of a program with any arguments and accounts. */
const instructionsOf = ({ program, idl }: (typeof PROGRAMS)[number]) =>
  fc.constantFrom(...idl.instructions).chain(({ name, args, accounts }) =>
    fc
      .tuple(
        fc.record(Object.fromEntries(args.map((arg) => [camel(arg.name), valuesOf(arg.type, idl.types)]))),
        fc.array(addresses, { minLength: accounts.length, maxLength: accounts.length + 2 }),
      )
      .map(([values, keys]) => ({
        name: camel(name),
        values,
        instruction: new TransactionInstruction({
          programId: program.address,
          keys: keys.map((key, at) => ({
            pubkey: accounts[at]?.address ? new PublicKey(accounts[at].address) : key,
            isSigner: false,
            isWritable: false,
          })),
          data: program.coder.instruction.encode(camel(name), values),
        }),
      })),
  );

const text = (value: unknown) => JSON.stringify(value);
const withData = (instruction: TransactionInstruction, data: Uint8Array) =>
  new TransactionInstruction({ ...instruction, data: Buffer.from(data) });

describe('decoders', () => {
  for (const of of PROGRAMS) {
    const { program } = of;

    it(`read each instruction of the ${program.name} program as it was encoded`, () => {
      fc.assert(
        fc.property(instructionsOf(of), ({ name, values, instruction }) => {
          const read = program.read(instruction)!;
          expect(read.name).to.equal(name);
          expect(text(read.args)).to.equal(text(values));
          expect(read.accounts.map((account) => read.account(account).toBase58())).to.deep.equal(
            instruction.keys.slice(0, read.accounts.length).map(({ pubkey }) => pubkey.toBase58()),
          );
          expect(read.further).to.have.length(instruction.keys.length - read.accounts.length);
        }),
        { numRuns: 300 },
      );
    });

    it(`read no instruction of the ${program.name} program whose bytes are cut, go on or whose accounts lack`, () => {
      const cuts = fc.tuple(instructionsOf(of), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 40 }));
      fc.assert(
        fc.property(cuts, ([{ instruction }, at, more]) => {
          const { data, keys } = instruction;
          expect(program.read(withData(instruction, data.subarray(0, at % data.length)))).to.equal(undefined);
          expect(program.read(withData(instruction, Buffer.concat([data, more])))).to.equal(undefined);
          const { accounts } = program.read(instruction)!;
          const fewer = keys.slice(0, Math.max(0, accounts.length - 1));
          if (accounts.length > 0)
            expect(program.read(new TransactionInstruction({ ...instruction, keys: fewer }))).to.equal(
              undefined,
            );
        }),
        { numRuns: 200 },
      );
    });

    it(`read any bytes as an instruction of the ${program.name} program only if they encode to the same again`, () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 300 }),
          fc.array(addresses, { maxLength: 15 }),
          (data, accounts) => {
            const keys = accounts.map((pubkey) => ({ pubkey, isSigner: false, isWritable: false }));
            const read = program.read(
              new TransactionInstruction({ programId: program.address, keys, data: Buffer.from(data) }),
            );
            if (read)
              expect([...program.coder.instruction.encode(read.name, read.args)]).to.deep.equal([...data]);
          },
        ),
        { numRuns: 500 },
      );
    });
  }

  const ACCOUNTS = [
    { name: 'asset', program: assetsProgram, decode: decodeAsset },
    { name: 'permit', program: assetsProgram, decode: decodePermit },
    { name: 'stake', program: assetsProgram, decode: decodeStake },
    { name: 'pool', program: stakeProgram, decode: decodePool },
    { name: 'position', program: stakeProgram, decode: decodePosition },
    { name: 'network', program: networkProgram, decode: decodeNetwork },
  ] as const;

  for (const { name, program, decode } of ACCOUNTS) {
    const discriminator = program.coder.accounts.accountDiscriminator(name);
    const size = program.coder.accounts.size(name);
    const isClear = (data: Uint8Array): boolean => {
      try {
        decode(ADDRESS, data);
        return true;
      } catch (error) {
        if (!(error instanceof AccountError)) throw error;
        expect(error.code).to.equal('account-malformed');
        return false;
      }
    };

    it(`read any bytes as a ${name}, or say that they hold none`, () => {
      const bodies = fc.uint8Array({ minLength: size, maxLength: size + 50 });
      fc.assert(
        fc.property(bodies, (body) => {
          isClear(body);
          isClear(Uint8Array.of(...discriminator, ...body));
        }),
        { numRuns: 100 },
      );
    });

    it(`read no ${name} from fewer bytes than it has, or behind another discriminator`, () => {
      const whole = Uint8Array.of(...discriminator, ...new Uint8Array(size - discriminator.length));
      fc.assert(
        fc.property(
          fc.nat(size - 1),
          fc.nat(discriminator.length - 1),
          fc.integer({ min: 1, max: 255 }),
          (cut, at, by) => {
            expect(isClear(whole.subarray(0, cut))).to.equal(false);
            const other = Uint8Array.from(whole);
            other[at]! ^= by;
            expect(isClear(other)).to.equal(false);
          },
        ),
        { numRuns: 100 },
      );
    });
  }

  it('put any instruction into words, whatever it says', () => {
    const size = assetsProgram.coder.accounts.size('asset');
    const zeros = new Uint8Array(size);
    zeros.set(assetsProgram.coder.accounts.accountDiscriminator('asset'));
    const asset = decodeAsset(ADDRESS, zeros);
    asset.terms.windowSeconds = 86_400n;
    const facts = { asset, now: 0n, supply: 0n, decimals: [6], vaults: [0n], escrow: 0n };
    const none = { address: ADDRESS, exists: false, amount: 0n, frozen: false };
    const holdings: Holdings = {
      ...{ wallet: ADDRESS, shares: none, stake: null, permit: null, tokens: [none], claimable: [0n] },
    };
    const emptyNetwork = new Uint8Array(networkProgram.coder.accounts.size('network'));
    emptyNetwork.set(networkProgram.coder.accounts.accountDiscriminator('network'));
    const account = decodeNetwork(ADDRESS, emptyNetwork);
    const about = (
      instruction: TransactionInstruction,
      program: typeof assetsProgram | typeof networkProgram,
      name: string,
    ) => {
      const at = program.read(instruction)?.accounts.indexOf(name) ?? -1;
      if (at >= 0) instruction.keys[at]!.pubkey = ADDRESS;
      return instruction;
    };
    fc.assert(
      fc.property(instructionsOf(PROGRAMS[1]!), ({ instruction }) => {
        const lines = assetEffects(about(instruction, assetsProgram, 'asset'), {
          facts,
          holdings,
          decimals: 6,
        });
        expect(lines).not.to.have.length(0);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(instructionsOf(PROGRAMS[0]!), ({ instruction }) => {
        for (const line of networkEffects(about(instruction, networkProgram, 'network'), account))
          expect(line).to.be.a('string');
      }),
      { numRuns: 500 },
    );
  });
});
