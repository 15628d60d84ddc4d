/** An error that a program can return, by its IDL. */
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

/** Makes the errors of the program at this address known by name. */
export function registerErrors(address: string, program: string, errors: readonly IdlError[]): void {
  const byNumber = errors.map(
    ({ code, name, msg }) =>
      [code, { program, number: code, name: upperCamel(name), message: msg ?? name }] as const,
  );
  programs.set(address, new Map(byNumber));
}

/**
 * The error behind a number, of the program that failed by the logs: programs use the same numbers for different errors.
 * Undefined where the logs name no program that is known here.
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
