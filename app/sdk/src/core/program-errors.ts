/** An error that a program can return, as its IDL lists it. */
export interface ProgramError {
  /** Name of the program that returned it. */
  readonly program: string;
  readonly number: number;
  /** In upper camel case, such as `EpochNotOver`. */
  readonly name: string;
  readonly message: string;
}

interface IdlError {
  code: number;
  name: string;
  msg?: string;
}

const programs = new Map<string, ReadonlyMap<number, ProgramError>>();

/** Registers the errors of the program at this address. */
export function registerErrors(address: string, program: string, errors: readonly IdlError[]): void {
  const byNumber = errors.map(
    ({ code, name, msg }) =>
      [code, { program, number: code, name: upperCamel(name), message: msg ?? name }] as const,
  );
  programs.set(address, new Map(byNumber));
}

/**
 * Finds the error behind a number. The logs tell which program failed: different programs use the same numbers. Undefined
 * if the logs name no registered program.
 */
export function findProgramError(number: number | null, logs: readonly string[]): ProgramError | undefined {
  if (number === null) return undefined;
  for (const line of logs) {
    const failed = /^Program (\w+) failed/.exec(line)?.[1];
    const error = failed === undefined ? undefined : programs.get(failed)?.get(number);
    if (error) return error;
  }
  return undefined;
}

const upperCamel = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
