/** One command. Each has its own file in `commands/`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The full help: options and exit statuses. */
  readonly usage: string;
  /**
   * Runs with the arguments after the command's name and writes its output line by line.
   * @returns the exit status @throws CommonwireError
   */
  run(argv: readonly string[], write: (line: string) => void): Promise<number>;
}
