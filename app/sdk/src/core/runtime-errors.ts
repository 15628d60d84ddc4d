import type { TransactionError } from '@solana/web3.js';
import { UPGRADEABLE_LOADER } from './foreign-errors';
import { programName } from './program-errors';

/** Meanings and next steps of what the runtime says of a whole transaction, by its name or its words. */
const WHOLE: readonly (readonly [RegExp, string])[] = [
  [
    /\bAccountNotFound|no record of a prior credit/,
    'the paying wallet has no SOL on this cluster; send it some, and check --url',
  ],
  [/InsufficientFundsForFee|insufficient funds for fee/i, 'the paying wallet has too little SOL for the fee'],
  [
    /InsufficientFundsForRent|InvalidRentPayingAccount|rent-exempt minimum|insufficient funds for rent/i,
    'an account would be left with less SOL than it must keep; send the paying wallet some',
  ],
  [/InvalidAccountForFee/, 'the payer is not a wallet: fees are paid by an account of the system program'],
  [/ProgramAccountNotFound|program that does not exist/, 'the program is not on this cluster; check --url'],
  [
    /MaxLoadedAccountsDataSizeExceeded|loaded accounts data size/i,
    'the accounts are larger than the transaction allows for; name fewer of them',
  ],
  [/UnsupportedVersion|version is unsupported/, 'this cluster takes no transactions of this version'],
];

/** The same of one instruction, first where its meaning is another to the loader. */
const LOADER: readonly (readonly [RegExp, string])[] = [
  [/\bimmutable\b/i, 'the program or buffer is final: nobody can change it any more'],
  [/incorrect ?authority/i, 'the signer is not its upgrade authority; sign with that authority'],
  [/invalid ?account ?owner/i, 'the account is not one of the loader'],
  [
    /invalid ?account ?data/i,
    'the binary is not a program that this cluster runs, or an account is not of the expected kind',
  ],
  [
    /invalid ?argument|invalid program argument/i,
    'the program was deployed in this very slot, or the accounts do not belong together; try again',
  ],
  [/data ?too ?small/i, 'the binary is larger than the account of the program; extend the program first'],
  [/already ?initialized|uninitialized account/i, 'there already is a program or a buffer at this address'],
];
const INSTRUCTION: readonly (readonly [RegExp, string])[] = [
  [/missing ?required ?signature/i, 'an account must sign that did not'],
  [/^InsufficientFunds$|insufficient funds for instruction/i, 'an account has too little SOL; send it some'],
  [/computational ?budget ?exceeded/i, 'it ran out of compute units; do less in one transaction'],
  [/program ?failed ?to ?complete/i, 'the program was stopped, mostly for running out of compute units'],
  [/unsupported ?program ?id/i, 'the program is not on this cluster'],
];

/** What `{"InstructionError":[2,"Immutable"]}` says. */
export function instructionError(reason: TransactionError | string): { index: number; what: unknown } | null {
  const pair =
    typeof reason === 'object' ? (reason as { InstructionError?: unknown }).InstructionError : null;
  return Array.isArray(pair) ? { index: Number(pair[0]), what: pair[1] } : null;
}

/** The runtime's reason in words, with the next step where there is one. */
export function describeReason(reason: TransactionError | string, called: string | undefined): string {
  const text = typeof reason === 'string' ? reason : (JSON.stringify(reason) ?? 'no reason given');
  const failed = instructionError(reason);
  const name = typeof failed?.what === 'string' ? failed.what : text;
  const by = called === undefined ? '' : ` of the ${programName(called)} program`;
  const said = failed ? `instruction ${failed.index + 1}${by} failed with ${name}` : text;
  const tables = [called === UPGRADEABLE_LOADER ? LOADER : [], WHOLE, INSTRUCTION].flat();
  const meaning = tables.find(([pattern]) => pattern.test(name))?.[1];
  return meaning ? `${said}; ${meaning}` : said;
}
