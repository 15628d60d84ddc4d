import { type ByteReader, Unparsable } from '../byte-reader';

/** An instruction to be parsed: its accounts, in base58, and the rest of its data. */
export interface Call {
  accounts: readonly string[];
  data: ByteReader;
}

/** An instruction as `jsonParsed` shows it. */
export interface ParsedCall {
  type: string;
  info?: unknown;
}

/** Encodes an instruction. @throws {@link Unparsable} */
export type ParseCall = (call: Call) => ParsedCall;

type Members = Readonly<Record<string, unknown>>;

/** The members that are read from an instruction's data. */
export type Read = (data: ByteReader, accounts: readonly string[]) => Members;

const nothing: Read = () => ({});

function assertAccounts(accounts: readonly string[], count: number): void {
  if (accounts.length < count) throw new Unparsable(`${count} accounts wanted, ${accounts.length} given`);
}

/** Names accounts in their order. Those whose names end with `?` may be missing. */
function nameAccounts(names: readonly string[], accounts: readonly string[]): Members {
  assertAccounts(accounts, names.filter((name) => !name.endsWith('?')).length);
  const pairs = names.map((name, index) => [name.replace('?', ''), accounts[index]] as const);
  return Object.fromEntries(pairs.filter(([, account]) => account !== undefined));
}

/** Parses an instruction with these accounts. */
export const call =
  (type: string, names: readonly string[], read: Read = nothing): ParseCall =>
  ({ accounts, data }) => ({ type, info: { ...nameAccounts(names, accounts), ...read(data, accounts) } });

/** The authority that follows other accounts, with its signers if it is a multisig. */
export function signers(
  accounts: readonly string[],
  position: number,
  authority: string,
  multisig = `multisig${authority.charAt(0).toUpperCase()}${authority.slice(1)}`,
): Members {
  assertAccounts(accounts, position + 1);
  return accounts.length > position + 1
    ? { [multisig]: accounts[position], signers: accounts.slice(position + 1) }
    : { [authority]: accounts[position] };
}

/** Parses an instruction with these accounts and then an authority, which may be a multisig. */
export const signedCall =
  (
    type: string,
    names: readonly string[],
    authority: string,
    read: Read = nothing,
    multisig?: string,
  ): ParseCall =>
  ({ accounts, data }) => ({
    type,
    info: {
      ...nameAccounts(names, accounts),
      ...signers(accounts, names.length, authority, multisig),
      ...read(data, accounts),
    },
  });

/** Selects the parser by a number. */
export function oneOf(parsers: Readonly<Record<number, ParseCall>>, number: number): ParseCall {
  const parse = parsers[number];
  if (!parse) throw new Unparsable(`unknown instruction ${number}`);
  return parse;
}

/** Parses a program whose instructions begin with a number of four bytes. */
export const numbered =
  (parsers: Readonly<Record<number, ParseCall>>): ParseCall =>
  (instruction) =>
    oneOf(parsers, instruction.data.u32())(instruction);

/** Text as Bincode writes it. */
export const bincodeText = (data: ByteReader): string => data.text(Number(data.u64()));

/** Text as Borsh writes it. */
export const borshText = (data: ByteReader): string => data.text(data.u32());

/** Members without those that are null, which validators leave out in many places. */
export const present = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
