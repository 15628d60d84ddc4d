import { ASSOCIATED_TOKEN_PROGRAM_ID } from '@solana/spl-token';
import {
  Keypair,
  PublicKey,
  SystemProgram,
  type TransactionError,
  TransactionInstruction,
} from '@solana/web3.js';
import { expect } from 'chai';
import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '../src/core/addresses';
import { UPGRADEABLE_LOADER } from '../src/core/foreign-errors';
import { resolvePrice } from '../src/core/priority-fee';
import { compile, TransactionFailed } from '../src/core/transactions';
import { PROGRAM_ID } from '../src/network';

const BLOCKHASH = PublicKey.default.toBase58();
const LOADER = new PublicKey(UPGRADEABLE_LOADER);

describe('what the chain refuses', () => {
  const failed = (program: PublicKey, number: number): string[] => [
    `Program ${program} failed: custom program error: 0x${number.toString(16)}`,
  ];
  const custom = (number: number): TransactionError => ({ InstructionError: [0, { Custom: number }] });
  const calling = (program: PublicKey) => ({
    transaction: compile(Keypair.generate().publicKey, BLOCKHASH, [
      new TransactionInstruction({ programId: program, keys: [] }),
    ]),
  });

  for (const [program, number, message] of [
    [TOKEN_PROGRAM_ID, 1, /SPL Token program refused: .*fewer tokens.*\(InsufficientFunds, 1\)/],
    [TOKEN_PROGRAM_ID, 17, /token account is frozen.*\(AccountFrozen, 17\)/],
    [TOKEN_2022_PROGRAM_ID, 36, /Token-2022 program refused: .*memo.*\(NoMemo, 36\)/],
    [TOKEN_2022_PROGRAM_ID, 47, /\(CpiGuardOwnerChangeBlocked, 47\)/],
    [TOKEN_2022_PROGRAM_ID, 67, /has paused it.*\(MintPaused, 67\)/],
    [TOKEN_2022_PROGRAM_ID, 68, /\(PendingBalanceNonZero, 68\)/],
    [ASSOCIATED_TOKEN_PROGRAM_ID, 0, /belongs to somebody else.*\(InvalidOwner, 0\)/],
    [SystemProgram.programId, 0, /somebody has sent SOL to it \(AccountAlreadyInUse, 0\)/],
    [SystemProgram.programId, 1, /too little SOL; send it some \(ResultWithNegativeLamports, 1\)/],
    [PROGRAM_ID, 2000, /network program refused: A mut constraint was violated \(ConstraintMut, 2000\)/],
    [Keypair.generate().publicKey, 3012, /expected this account to be already initialized.*3012/],
  ] as [PublicKey, number, RegExp][]) {
    it(`has a name and a next step: ${number} of ${program}`, () => {
      const error = new TransactionFailed(custom(number), failed(program, number));
      expect(error.message).to.match(message);
      expect(error).to.include({ code: 'transaction-failed', number });
      expect(error.reason).to.match(/^[A-Z]\w+$/);
    });
  }

  it('keeps the code of our own program, also where the node keeps no logs', () => {
    const number = 6000;
    const known = new TransactionFailed(custom(number), failed(PROGRAM_ID, number));
    expect(known.code).to.not.equal('transaction-failed');
    const called = new TransactionFailed(custom(number), [], calling(PROGRAM_ID));
    expect([called.code, called.message]).to.deep.equal([known.code, known.message]);
    const words = 'Error processing Instruction 0: custom program error: 0x1770';
    expect(new TransactionFailed(words, [], calling(PROGRAM_ID)).code).to.equal(known.code);
  });

  it('names the innermost program that failed', () => {
    const logs = [...failed(TOKEN_PROGRAM_ID, 4), ...failed(PROGRAM_ID, 4)];
    expect(new TransactionFailed(custom(4), logs).message).to.include('SPL Token program refused');
  });

  for (const [what, message] of [
    ['Immutable', /BPF loader program failed with Immutable; the program or buffer is final/],
    ['IncorrectAuthority', /sign with that authority/],
    ['AccountDataTooSmall', /extend the program first/],
    ['InvalidAccountData', /not a program that this cluster runs/],
  ] as const)
    it(`says what the loader means by ${what}`, () => {
      const reason = { InstructionError: [0, what] } as TransactionError;
      expect(new TransactionFailed(reason, [], calling(LOADER)).message).to.match(message);
    });

  for (const [reason, message] of [
    ['InsufficientFundsForFee', /too little SOL for the fee/],
    ['AccountNotFound', /has no SOL on this cluster; send it some/],
    [{ InsufficientFundsForRent: { account_index: 1 } }, /less SOL than it must keep/],
    ['ProgramAccountNotFound', /program is not on this cluster/],
    [
      { InstructionError: [2, 'ComputationalBudgetExceeded'] },
      /instruction 3 failed .* ran out of compute units/,
    ],
    [undefined, /no reason given/],
  ] as [TransactionError, RegExp][])
    it(`says what ${JSON.stringify(reason)} means`, () => {
      expect(new TransactionFailed(reason, []).message).to.match(message);
    });
});

describe('priority fees', () => {
  const node = (fees: number[] | Error) =>
    ({
      getRecentPrioritizationFees: async () => {
        if (fees instanceof Error) throw fees;
        return fees.map((prioritizationFee, slot) => ({ slot, prioritizationFee }));
      },
    }) as never;
  const price = (fees: number[] | Error, max = 1_000n) =>
    resolvePrice(node(fees), [], { percentile: 75, max });

  it('are a percentile of what was paid lately, within a cap', async () => {
    expect(await price([4, 1, 3, 2])).to.equal(4n);
    expect(await price([0, 0, 0, 900])).to.equal(900n);
    expect(await price([5_000_000])).to.equal(1_000n);
  });

  it('are none where nothing was paid or the node does not say', async () => {
    expect(await price([])).to.equal(0n);
    expect(await price(new Error('method not found'))).to.equal(0n);
    expect(await resolvePrice(node([7]), [], undefined)).to.equal(0n);
  });
});
