import { parseArgs } from 'node:util';
import { CommonwireError } from '@commonwire/sdk/core';

/** The options of `npm start`. */
export interface Arguments {
  /** Stop once `epochs` epochs are paid. */
  once: boolean;
  /** Print one JSON document at the end instead of progress lines. */
  json: boolean;
  epochs: number;
  /** Real seconds per epoch, in which a measured day passes. */
  epochSeconds: number;
  /** Port of the status page. */
  port: number;
  help: boolean;
}

/** An invalid option. */
export class ArgumentError extends CommonwireError {
  declare readonly code: 'bad-argument';
}

export const USAGE = `npm start -- [options]

Runs a whole network on this machine: chain, program, three oracles, devices that replay measured solar days, payouts,
and a status page. Ctrl-C stops it.

  --once               stop once the epochs are paid, and print a summary
  --json               with --once: print only one JSON document
  --epochs N           number of epochs with --once (default 5)
  --epoch-seconds N    real seconds in which a measured day passes (default 8, at least 4)
  --port N             port of the status page (default 8788; 0 picks a free one)
  --help               show this text

Set COMMONWIRE_RPC_URL to use a running cluster instead of the embedded chain: a local validator with the program
deployed and with airdrops.
`;

/** @throws ArgumentError naming the option */
export function parseArguments(argv: readonly string[]): Arguments {
  const { values } = parse(argv);
  const number = (name: 'epochs' | 'epoch-seconds' | 'port', least: number, most: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new ArgumentError(
      'bad-argument',
      `--${name} must be a whole number from ${least} to ${most}, not ${values[name]}`,
    );
  };
  if (values.json && !values.once) throw new ArgumentError('bad-argument', '--json requires --once');
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
