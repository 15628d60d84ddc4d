import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Starts another function of the oracle without waiting for its end. */
export type Invoke = (name: string, payload: unknown) => Promise<void>;

/**
 * How functions call each other: by AWS Lambda under `COMMONWIRE_FUNCTION_PREFIX`, or through another Lambda endpoint,
 * `COMMONWIRE_LAMBDA_ENDPOINT`. Without a prefix nothing is invoked: then schedules alone move an epoch on.
 */
export function invoker(environment: NodeJS.ProcessEnv): Invoke {
  const { COMMONWIRE_FUNCTION_PREFIX: prefix, COMMONWIRE_LAMBDA_ENDPOINT: endpoint } = environment;
  if (!prefix) return async () => undefined;
  const local = {
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const client = new LambdaClient(endpoint ? local : {});
  return async (name, payload) => {
    await client.send(
      new InvokeCommand({
        FunctionName: prefix + name,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(payload)),
      }),
    );
  };
}

/** The same within one process: calls the function itself. */
export const directly =
  (functions: Readonly<Record<string, (payload: unknown) => Promise<void>>>): Invoke =>
  async (name, payload) => {
    const called = functions[name];
    if (!called) throw new RangeError(`there is no function ${name}`);
    await called(payload);
  };
