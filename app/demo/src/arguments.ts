import { flag, parseOptions, UsageError, whole } from '@commonwire/sdk/node';
import { z } from 'zod';

export const USAGE = `npm start -- [options]

Runs a whole network on this machine: chain, programs, three oracles, devices that replay measured solar days, payouts,
a farm that many own, a DAO, a market, and a status page. Ctrl-C stops it.

  --once               stop once the epochs are paid and farm, DAO and market are through, and print a summary
  --json               with --once: print only one JSON document
  --epochs N           number of epochs with --once (default 5)
  --epoch-seconds N    real seconds in which a measured day passes (default 6, at least 4)
  --port N             port of the status page (default 8788; 0 picks a free one). A port in use ends the start, since
                       another demo may have it
  --help               show this text

Set COMMONWIRE_RPC_URL to use a running cluster instead of the embedded chain: a local validator with the program
deployed and with airdrops. Days are real there, so farm, DAO and market are left out.`;

const options = z.object({
  once: flag,
  json: flag,
  epochs: whole(1, 90).default(5),
  'epoch-seconds': whole(4, 3600).default(6),
  port: whole(0, 65_535).default(8788),
});

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
}

/** @throws UsageError naming the option */
export function parseArguments(argv: readonly string[]): Arguments {
  const { 'epoch-seconds': epochSeconds, ...given } = parseOptions('npm start --', argv, options);
  if (given.json && !given.once) throw new UsageError('--json requires --once');
  return { ...given, epochSeconds };
}
