import { reasonOf } from '../core/rpc-errors';
import { UsageError } from './options';

/** Exit status of a command line that can't be used. */
const WRONG_USE = 2;

/** How a program starts and ends. */
export interface MainOptions {
  /** Printed in place of running if `--help` is among the arguments. */
  readonly usage?: string;
  /** Exit status of a failure other than wrong use; 1 if left out. */
  readonly failed?: number;
  /** End the process when `main` has, whatever it still holds open. */
  readonly exit?: boolean;
}

/**
 * Runs a program's `main` with its arguments. A number that it returns is the exit status; an error becomes one message on
 * standard error and the exit status 2 if it is a {@link UsageError}, else 1.
 */
export async function runMain(
  main: (argv: readonly string[]) => unknown,
  { usage, failed = 1, exit = false }: MainOptions = {},
): Promise<void> {
  const argv = process.argv.slice(2);
  try {
    const help = usage !== undefined && argv.some((argument) => argument === '--help' || argument === '-h');
    const status = help ? process.stdout.write(`${usage}\n`) : await main(argv);
    if (typeof status === 'number') process.exitCode = status;
  } catch (error) {
    process.stderr.write(`error: ${reasonOf(error)}\n`);
    process.exitCode = error instanceof UsageError ? WRONG_USE : failed;
  }
  if (exit) process.exit();
}
