import { CommonwireError } from '@commonwire/sdk/core';

/** An error of a command; the message says what happened and what to do next. */
export class CliError extends CommonwireError {
  declare readonly code:
    | 'not-promoted'
    | 'not-posted'
    | 'not-in-ledger'
    | 'no-devices'
    | 'too-many-pages'
    | 'bad-file'
    | 'dataset-missing'
    | 'unsupported-rules-version'
    | 'wrong-key'
    | 'not-proposed'
    | 'no-guardian'
    | 'no-bond'
    | 'nothing-to-slash'
    | 'not-funded'
    | 'not-enough'
    | 'more-than-needed'
    | 'not-shown'
    | 'not-confirmed'
    | 'no-permits-needed'
    | 'not-permitted'
    | 'no-stake'
    | 'no-stream'
    | 'asset-differs'
    | 'wrong-reward'
    | 'search-refused'
    | 'unreachable';
}
