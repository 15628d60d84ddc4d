import { parseArgs } from 'node:util';
import { CommonwireError } from '@commonwire/sdk/core';

/** What `npm start` was asked for. */
export interface Arguments {
  /** Stop by itself once `epochs` epochs are paid. */
  once: boolean;
  /** Print one JSON document at the end instead of telling what happens. */
  json: boolean;
  epochs: number;
  /** Real seconds of an epoch, in which a measured day passes. */
  epochSeconds: number;
  /** Port of the status page. */
  port: number;
  help: boolean;
}

/** An option that can't be used. */
export class ArgumentError extends CommonwireError {
  declare readonly code: 'bad-argument';
}

export const USAGE = `npm start -- [options]

A living network on this machine: chain, programs, three oracles, devices that replay measured solar days, payouts, and
a status page. Ctrl-C stops it.

  --once               stop once the epochs are paid, and sum up
  --json               with --once: print one JSON document and nothing else
  --epochs N           epochs to run with --once (default 5)
  --epoch-seconds N    real seconds in which a measured day passes (default 8, at least 4)
  --port N             port of the status page (default 8788; 0 takes a free one)
  --help               this text

COMMONWIRE_RPC_URL names a running cluster to use in place of the embedded chain: a local validator on which the program
is deployed and which hands out SOL.
`;

/** @throws ArgumentError naming the option */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values } = parse(argv);
  const number = (name: 'epochs' | 'epoch-seconds' | 'port', least: number, most: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new ArgumentError(
      'bad-argument',
      `--${name} takes a whole number from ${least} to ${most}, not ${values[name]}`,
    );
  };
  if (values.json && !values.once) throw new ArgumentError('bad-argument', '--json goes with --once');
  return {
    once: values.once,
    json: values.json,
    help: values.help,
    epochs: number('epochs', 1, 90),
    epochSeconds: number('epoch-seconds', 4, 3600),
    port: number('port', 0, 65_535),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        epochs: { type: 'string', default: '5' },
        'epoch-seconds': { type: 'string', default: '8' },
        port: { type: 'string', default: '8788' },
      },
    });
  } catch (cause) {
    throw new ArgumentError('bad-argument', `${(cause as Error).message}; see npm start -- --help`, {
      cause,
    });
  }
}
