import { flag, parseOptions, UsageError, whole } from '@commonwire/sdk/node';
import { z } from 'zod';

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
is deployed and which hands out SOL.`;

const options = z.object({
  once: flag,
  json: flag,
  epochs: whole(1, 90).default(5),
  'epoch-seconds': whole(4, 3600).default(8),
  port: whole(0, 65_535).default(8788),
});

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
}

/** @throws UsageError naming the option */
export function parseArguments(argv: readonly string[]): Arguments {
  const { 'epoch-seconds': epochSeconds, ...given } = parseOptions('npm start --', argv, options);
  if (given.json && !given.once) throw new UsageError('--json goes with --once');
  return { ...given, epochSeconds };
}
