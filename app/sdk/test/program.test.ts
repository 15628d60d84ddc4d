import type { Idl } from '@coral-xyz/anchor';
import { PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { AccountError, defineProgram, TransactionFailed, u64 } from '../src/core';
import networkIdl from '../src/generated/network.json';
import { cutEpoch, networkProgram } from '../src/network';

/** A program of one instruction, account and error. Its error has the number of one of `network`'s. */
interface Greeter extends Idl {
  address: '3EPmG8vUgMrod1WoBG1qeaoBwMozc33d7uKR5pF3N8W3';
  instructions: [
    {
      name: 'greet';
      discriminator: [7];
      accounts: [
        { name: 'guestBook'; writable: true },
        { name: 'guest'; signer: true },
        { name: 'systemProgram'; address: '11111111111111111111111111111111' },
      ];
      args: [{ name: 'timesSaid'; type: 'u8' }];
    },
  ];
  accounts: [{ name: 'guestBook'; discriminator: [9] }];
  types: [
    {
      name: 'guestBook';
      type: { kind: 'struct'; fields: [{ name: 'greetedTotal'; type: 'u64' }] };
    },
  ];
}

const SHARED_NUMBER = networkIdl.errors.find(({ name }) => name === 'EpochNotOver')!.code;

/** As the toolchain writes it: names in snake case. */
const idl = {
  address: '3EPmG8vUgMrod1WoBG1qeaoBwMozc33d7uKR5pF3N8W3',
  metadata: { name: 'greeter', version: '0.1.0', spec: '0.1.0' },
  instructions: [
    {
      name: 'greet',
      discriminator: [7],
      accounts: [
        { name: 'guest_book', writable: true },
        { name: 'guest', signer: true },
        { name: 'system_program', address: '11111111111111111111111111111111' },
      ],
      args: [{ name: 'times_said', type: 'u8' }],
    },
  ],
  accounts: [{ name: 'GuestBook', discriminator: [9] }],
  errors: [{ code: SHARED_NUMBER, name: 'TooLoud', msg: 'Somebody is asleep' }],
  types: [{ name: 'GuestBook', type: { kind: 'struct', fields: [{ name: 'greeted_total', type: 'u64' }] } }],
};

const greeter = defineProgram<Greeter>(idl);
const key = (n: number) => new PublicKey(new Uint8Array(32).fill(n));

/** The chain's answer for a transaction whose first instruction failed with this number. */
const failed = (number: number, ...logs: string[]) =>
  new TransactionFailed({ InstructionError: [0, { Custom: number }] }, logs);
const failedLine = (program: PublicKey, number: number) =>
  `Program ${program} failed: custom program error: 0x${number.toString(16)}`;

describe('defineProgram', () => {
  it('keeps name and address of the IDL', () => {
    expect([greeter.name, greeter.address.toBase58()]).to.deep.equal(['greeter', idl.address]);
    expect([networkProgram.name, networkProgram.address.toBase58()]).to.deep.equal([
      'network',
      networkIdl.address,
    ]);
  });

  it('builds an instruction: accounts in the IDL’s order and roles, those of fixed address filled in', () => {
    const built = greeter.instruction('greet', { timesSaid: 3 }, { guest: key(2), guestBook: key(1) });
    expect(built.programId.equals(greeter.address)).to.equal(true);
    expect([...built.data]).to.deep.equal([7, 3]);
    expect(built.keys).to.deep.equal([
      { pubkey: key(1), isWritable: true, isSigner: false },
      { pubkey: key(2), isWritable: false, isSigner: true },
      { pubkey: SystemProgram.programId, isWritable: false, isSigner: false },
    ]);
  });

  it('leaves other programs’ instructions as they are', () => {
    expect(cutEpoch(key(1)).programId.equals(networkProgram.address)).to.equal(true);
  });

  it('decodes an account', () => {
    const data = Uint8Array.of(9, ...u64(5n));
    expect(greeter.decode('guestBook', key(1), data).greetedTotal.toString()).to.equal('5');
  });

  it('decodes an account in the middle of other memory', () => {
    const memory = Uint8Array.of(1, 2, 9, ...u64(2n ** 63n), 3);
    const { greetedTotal } = greeter.decode('guestBook', key(1), memory.subarray(2, 11));
    expect(greetedTotal.toString()).to.equal(`${2n ** 63n}`);
  });

  for (const [name, data] of [
    ['another discriminator', Uint8Array.of(8, ...u64(5n))],
    ['a byte too few', Uint8Array.of(9, ...u64(5n)).subarray(0, 8)],
    ['no data', new Uint8Array(0)],
  ] as const) {
    it(`error: an account with ${name}`, () => {
      expect(() => greeter.decode('guestBook', key(1), data))
        .to.throw(AccountError, `account ${key(1)} does not hold a guestBook`)
        .with.property('code', 'account-malformed');
    });
  }

  it('gives the data of an account that the program owns', () => {
    const data = Buffer.from([9]);
    const info = { data, owner: greeter.address, lamports: 1, executable: false };
    expect(greeter.dataOf(key(1), info, 'guestBook')).to.equal(data);
  });

  it('error: an account that is missing', () => {
    expect(() => greeter.dataOf(key(1), null, 'guestBook'))
      .to.throw(AccountError, `there is no guestBook at ${key(1)}`)
      .with.property('code', 'account-missing');
  });

  it('error: an account of another program, though of one that is known', () => {
    const info = { data: Buffer.alloc(9), owner: networkProgram.address, lamports: 1, executable: false };
    expect(() => greeter.dataOf(key(1), info, 'guestBook'))
      .to.throw(AccountError, `${key(1)} is an account of the network program, not a guest book`)
      .with.property('code', 'account-foreign');
  });
});

describe('TransactionFailed', () => {
  it('names the error of the program that failed, where two use the same number', () => {
    const ours = failed(SHARED_NUMBER, failedLine(greeter.address, SHARED_NUMBER));
    expect([ours.code, ours.number]).to.deep.equal(['too-loud', SHARED_NUMBER]);
    expect(ours.message).to.include('the greeter program refused: Somebody is asleep');
    const theirs = failed(SHARED_NUMBER, failedLine(networkProgram.address, SHARED_NUMBER));
    expect([theirs.code, theirs.number]).to.deep.equal(['epoch-not-over', SHARED_NUMBER]);
    expect(theirs.message).to.include('the network program refused');
  });

  it('names it where the other program ran before, without failing', () => {
    const error = failed(
      SHARED_NUMBER,
      `Program ${networkProgram.address} invoke [1]`,
      `Program ${networkProgram.address} success`,
      `Program ${greeter.address} invoke [1]`,
      failedLine(greeter.address, SHARED_NUMBER),
    );
    expect(error.code).to.equal('too-loud');
  });

  it('names the error of the program in which it arose, not of one that had called it', () => {
    const error = failed(
      SHARED_NUMBER,
      `Program ${greeter.address} invoke [1]`,
      `Program ${networkProgram.address} invoke [2]`,
      failedLine(networkProgram.address, SHARED_NUMBER),
      failedLine(greeter.address, SHARED_NUMBER),
    );
    expect(error.code).to.equal('epoch-not-over');
  });

  it('does not name an error after a program that wrote another’s line into its log', () => {
    const error = failed(
      SHARED_NUMBER,
      `Program log: ${failedLine(networkProgram.address, SHARED_NUMBER)}`,
      failedLine(greeter.address, SHARED_NUMBER),
    );
    expect(error.code).to.equal('too-loud');
  });

  for (const [name, number, logs] of [
    ['without logs', SHARED_NUMBER, []],
    ['of a program that is not known', SHARED_NUMBER, [failedLine(key(7), SHARED_NUMBER)]],
    ['with a number that the program has no name for', 1, [failedLine(greeter.address, 1)]],
  ] as const) {
    it(`has the code transaction-failed ${name}`, () => {
      const error = failed(number, ...logs);
      expect([error.code, error.number]).to.deep.equal(['transaction-failed', number]);
    });
  }
});
