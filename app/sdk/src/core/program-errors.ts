import { LangErrorCode, LangErrorMessage } from '@coral-xyz/anchor';

/** An error that a program can return. */
export interface ProgramError {
  /** Name of the program that returned it. */
  readonly program: string;
  readonly number: number;
  /** In upper camel case, such as `EpochNotOver`. */
  readonly name: string;
  readonly message: string;
  /** Whether the program is one of those that this SDK has a client for. */
  readonly isOwn: boolean;
}

/** An error as an IDL lists it. */
interface IdlError {
  code: number;
  name: string;
  msg?: string;
}

interface Program {
  readonly name: string;
  readonly isOwn: boolean;
  readonly errors: ReadonlyMap<number, ProgramError>;
}

const programs = new Map<string, Program>();

/** Registers the errors of the program at this address. `isOwn`: its codes become those of `TransactionFailed`. */
export function registerErrors(
  address: string,
  program: string,
  errors: readonly IdlError[],
  isOwn = true,
): void {
  const byNumber = errors.map(
    ({ code, name, msg }) =>
      [code, { program, number: code, name: upperCamel(name), message: msg ?? name, isOwn }] as const,
  );
  programs.set(address, { name: program, isOwn, errors: new Map(byNumber) });
}

/** The name of a program, for people: its address where it isn't known. */
export const programName = (address: string): string => programs.get(address)?.name ?? address;

/**
 * Finds the error behind a number. The logs tell which program failed: different programs use the same numbers.
 * @param called the program that the transaction called, for nodes that keep no logs
 */
export function findProgramError(
  number: number | null,
  logs: readonly string[],
  called?: string,
): ProgramError | undefined {
  if (number === null) return undefined;
  const failed = logs.flatMap((line) => /^Program (\w+) failed/.exec(line)?.[1] ?? []);
  if (failed.length === 0 && called !== undefined) failed.push(called);
  for (const address of failed) {
    const error = programs.get(address)?.errors.get(number);
    if (error) return error;
  }
  const [innermost] = failed;
  return innermost === undefined ? undefined : frameworkError(innermost, number);
}

/** Codes that Anchor's framework returns in the name of any program made with it. */
function frameworkError(address: string, number: number): ProgramError | undefined {
  const message = LangErrorMessage.get(number);
  if (message === undefined) return undefined;
  const name = Object.entries(LangErrorCode).find(([, code]) => code === number)?.[0] ?? `Anchor${number}`;
  return { program: programName(address), number, name, message, isOwn: false };
}

const upperCamel = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
