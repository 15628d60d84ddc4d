import {
  CommonwireError,
  codeOf,
  RpcError,
  TransactionExpired,
  TransactionFailed,
  TransactionUnknown,
} from '@commonwire/sdk/core';
import { FileError, ProfileError, UsageError } from '@commonwire/sdk/node';
import { OracleRequestError } from '@commonwire/sdk/oracle';
import { TraceError } from '@commonwire/sdk/trace';
import { CliError } from './errors';

/** Exit statuses that mean the same for every command; from 3 to 9 they are a command's own, and its help explains them. */
export const EXIT = {
  done: 0,
  fails: 1,
  usage: 2,
  refused: 10,
  expired: 11,
  unknown: 12,
  node: 13,
  oracle: 14,
  file: 15,
  state: 16,
  bug: 70,
} as const;

/** Help for them. */
export const EXIT_USAGE = `Exit status:
  0   done, or everything holds
  1   something was checked and doesn't hold
  2   wrong usage
  3   to 9: a command's own, see its help
  10  the chain refused a transaction
  11  a transaction didn't land in time and never can: run the command again
  12  a transaction may have landed: look it up before you run the command again
  13  the RPC node can't be reached, or doesn't answer usefully
  14  the oracle, or AWS, can't be reached or doesn't answer usefully
  15  a file, key or profile can't be read, or isn't what it should be
  16  it isn't possible as things are now; the message says why
  70  a mistake of this software: please report it`;

/** An error's causes, itself first. */
function* causesOf(error: unknown): Generator<unknown> {
  for (let at = error, depth = 0; at !== undefined && depth < 16; depth++) {
    yield at;
    at = at instanceof Error ? at.cause : undefined;
  }
}

/** The exit status of what a command throws: the first cause whose kind is known decides. */
export function exitStatusOf(error: unknown): number {
  for (const cause of causesOf(error)) {
    if (cause instanceof UsageError) return EXIT.usage;
    if (cause instanceof TransactionFailed) return EXIT.refused;
    if (cause instanceof TransactionExpired) return EXIT.expired;
    if (cause instanceof TransactionUnknown) return EXIT.unknown;
    if (cause instanceof OracleRequestError) return EXIT.oracle;
    if (cause instanceof FileError || cause instanceof ProfileError || cause instanceof TraceError)
      return EXIT.file;
    if (cause instanceof RpcError || codeOf(cause, '') === 'rpc-failed') return EXIT.node;
    if (cause instanceof CliError && cause.code in OF_CODES) return OF_CODES[cause.code]!;
  }
  return error instanceof CommonwireError ? EXIT.state : EXIT.bug;
}

const OF_CODES: Readonly<Partial<Record<CliError['code'], number>>> = {
  unreachable: EXIT.node,
  'aws-failed': EXIT.oracle,
  'bad-file': EXIT.file,
};
