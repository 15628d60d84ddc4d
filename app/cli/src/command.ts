/** One command, in a file of its own under `commands/`. */
export interface Command {
  readonly name: string;
  /** For the list of commands, one line. */
  readonly summary: string;
  /** The whole help: options and what the exit status means. */
  readonly usage: string;
  /**
   * Runs with the arguments after the command's name; what it finds goes to `write`, line by line.
   * @returns the exit status @throws CommonwireError
   */
  run(argv: readonly string[], write: (line: string) => void): Promise<number>;
}
