import { readFileSync } from 'node:fs';
import { reasonOf } from '@commonwire/sdk/core';
import { flag, httpUrl, parseOptions, readBytes, UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';
import { type Command, optionsByName } from '../command';
import { CliError } from '../errors';
import { EXIT } from '../exit-status';
import { telling } from '../progress';

/** The functions of serverless.yml. */
const FUNCTIONS = [
  ...['ingest', 'settlements', 'status', 'copy'],
  ...['judge', 'reduce', 'write', 'root'],
  ...['sync', 'cut', 'close', 'attest', 'approve', 'post', 'answer', 'challenge', 'promote', 'pay'],
] as const;

/** Most bytes that AWS Lambda takes at once. */
const MOST_BYTES = 6 * 1024 * 1024;
/** Longer than any function may run. */
const PATIENCE_MS = 905_000;

const options = z.object({
  function: z.enum(FUNCTIONS, `is none of ${FUNCTIONS.join(', ')}`).meta({ operand: true }),
  payload: z.string().optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'is not a region, such as eu-central-1')
    .default('eu-central-1'),
  stage: z
    .string()
    .regex(/^[\w-]{1,32}$/, 'is not a stage, such as dev')
    .default('dev'),
  endpoint: httpUrl.optional(),
  'dry-run': flag,
  json: flag,
});

/** `commonwire oracle`. */
export const oracle: Command = {
  name: 'oracle',
  group: 'oracle',
  summary: "invokes the functions of one's own oracle on AWS",
  usage: `commonwire oracle invoke FUNCTION [--payload FILE] [--stage NAME] [--region NAME] [--endpoint URL] [--dry-run] [--json]

Invokes a function of an oracle that npx serverless deploy has made, waits for it and prints what it answers. Its name on AWS
is commonwire-oracle-STAGE-FUNCTION. Who may do that is up to AWS: credentials come from the environment or the shared
configuration, as for its own tools. Tasks do by themselves what is due, so that invoking one again does no harm.

  FUNCTION         ${FUNCTIONS.slice(0, 4).join(', ')} (these answer requests and messages), a step of a close,
                   ${FUNCTIONS.slice(4, 8).join(', ')} (the state machine invokes these), or a task:
                   ${FUNCTIONS.slice(8).join(', ')}
  --payload FILE   the event, as JSON; - reads standard input. Default: {}
  --stage NAME     default: dev
  --region NAME    default: eu-central-1, as in serverless.yml
  --endpoint URL   in place of AWS, such as the Lambda port of npx serverless offline
  --dry-run        asks AWS whether it would be allowed, without doing it
  --json           one JSON document: status, error and answer

Exit status: 0 it answered; 1 the function failed.`,
  examples: [
    'commonwire oracle invoke sync --stage dev',
    'commonwire oracle invoke status --payload event.json --json',
    'commonwire oracle invoke pay --dry-run',
  ],
  options: optionsByName([{ name: 'invoke', options }]),

  async run([action, ...argv], write) {
    if (action !== 'invoke')
      throw new UsageError(
        `the first argument of commonwire oracle must be invoke, not ${action ?? 'nothing'}`,
      );
    const given = parseOptions('commonwire oracle', argv, options, 'function');
    const name = `commonwire-oracle-${given.stage}-${given.function}`;
    const { status, failure, answer } = await invoke(name, readPayload(given.payload), given);
    if (given.json) write(JSON.stringify({ function: name, status, error: failure, answer: parsed(answer) }));
    else {
      write(
        `${name}: ${failure ? `FAILED, ${failure}` : given['dry-run'] ? 'allowed; nothing was done' : 'done'}`,
      );
      if (answer !== '') write(answer);
    }
    return failure ? EXIT.fails : EXIT.done;
  },
};

/** The event in a file or on standard input. @throws UsageError CliError FileError */
function readPayload(file: string | undefined): Uint8Array {
  if (file === undefined) return Buffer.from('{}');
  const bytes = file === '-' ? readFileSync(0) : readBytes(file);
  if (bytes.length > MOST_BYTES)
    throw new UsageError(`--payload: ${bytes.length} bytes are more than the ${MOST_BYTES} that AWS takes`);
  try {
    JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new CliError('bad-file', `--payload: ${file} is not JSON: ${reasonOf(cause)}`, { cause });
  }
  return bytes;
}

interface Answer {
  status: number;
  /** What AWS says of a function that failed. */
  failure: string | null;
  answer: string;
}

/** Invokes a function and waits for it. @throws CliError `aws-failed` */
async function invoke(name: string, payload: Uint8Array, given: z.output<typeof options>): Promise<Answer> {
  // Only this command needs it, and it takes long to load.
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const { region, endpoint, 'dry-run': dryRun } = given;
  // A function that does not end in time is not called again by this.
  const client = new LambdaClient({
    ...{ region, maxAttempts: 1, requestHandler: { requestTimeout: PATIENCE_MS } },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const command = new InvokeCommand({
    ...{ FunctionName: name, Payload: payload },
    InvocationType: dryRun ? 'DryRun' : 'RequestResponse',
  });
  try {
    const sent = await telling(
      () => `${name} is working`,
      () => client.send(command),
    );
    const answer = Buffer.from(sent.Payload ?? []).toString('utf8');
    return { status: sent.StatusCode ?? 0, failure: sent.FunctionError ?? null, answer };
  } catch (cause) {
    const next =
      'check --stage, --region and the credentials of AWS (aws sts get-caller-identity shows whose they are)';
    throw new CliError('aws-failed', `AWS did not invoke ${name}: ${reasonOf(cause)}: ${next}`, { cause });
  } finally {
    client.destroy();
  }
}

/** The answer as JSON, or as the text that it is. */
function parsed(answer: string): unknown {
  try {
    return answer === '' ? null : JSON.parse(answer);
  } catch {
    return answer;
  }
}
