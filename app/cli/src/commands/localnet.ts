import { nodeOf, time } from '@commonwire/sdk/core';
import { clusterUrl, flag, parseOptions, UsageError } from '@commonwire/sdk/node';
import type { Connection } from '@solana/web3.js';
import { z } from 'zod';
import { type Command, forEachAction } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { duration } from '../staking/duration';

const options = z.object({
  action: z.enum(['pass'], 'is not pass'),
  url: clusterUrl.default('http://127.0.0.1:8899'),
  time: duration,
  json: flag,
});

/** As much as passes at once: ten years. */
const MOST_SECONDS = 315_576_000;

/** `commonwire localnet`. */
export const localnet: Command = {
  name: 'localnet',
  group: 'network',
  summary: 'lets time pass on a local chain, to try what takes days',
  usage: `commonwire localnet pass --time TIME [--url URL] [--json]

Lets chain time pass on a local chain of this repository (npx tsx app/localnet/src/main.ts): deadlines, votes and locks are
over that much sooner. Clusters, and the chain of npm start, refuse it.

  --url URL    the local chain; default http://127.0.0.1:8899
  --time TIME  such as 8d, 12h, 30m or 90s, ten years at most
  --json       one JSON document`,
  examples: ['commonwire localnet pass --time 8d'],
  options: forEachAction(options),

  async run(argv, write) {
    const { url, time: seconds, json } = parseOptions('commonwire localnet', argv, options, 'action');
    if (seconds < 1 || seconds > MOST_SECONDS) throw new UsageError('--time is not from 1s to ten years');
    const now = await passTime(await connect(url), seconds);
    write(json ? JSON.stringify({ passed_seconds: seconds, now }) : `chain time is now ${time(BigInt(now))}`);
    return 0;
  },
};

/** The answer of web3.js's request, whose errors are part of it. */
const answerSchema = z.union([
  z.object({ result: z.int() }),
  z.object({ error: z.object({ code: z.int(), message: z.string() }) }),
]);

/** What web3.js keeps for itself: requests that it has no method for. */
interface RawConnection {
  _rpcRequest(method: string, params: unknown[]): Promise<unknown>;
}

/** @returns the new chain time, unix seconds @throws CliError `not-local` */
async function passTime(connection: Connection, seconds: number): Promise<number> {
  const raw = connection as unknown as RawConnection;
  const answer = answerSchema.parse(await raw._rpcRequest('passTime', [seconds]));
  if ('result' in answer) return answer.result;
  throw new CliError(
    'not-local',
    `the time of ${nodeOf(connection)} can't be moved (${answer.error.message}): that works on local chains alone, started with npx tsx app/localnet/src/main.ts; check --url`,
  );
}
