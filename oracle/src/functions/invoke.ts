import '../runtime/aws';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Invokes another function of the oracle without waiting for it to finish. */
export type Invoke = (name: string, payload: unknown) => Promise<void>;

/**
 * Returns how functions invoke each other: through AWS Lambda, with `COMMONWIRE_FUNCTION_PREFIX` before their names, or
 * through the Lambda endpoint `COMMONWIRE_LAMBDA_ENDPOINT`. Without a prefix nothing is invoked, and epochs advance
 * only by schedules.
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

/** Returns an {@link Invoke} that calls functions directly in this process. */
export const directly =
  (functions: Readonly<Record<string, (payload: unknown) => Promise<void>>>): Invoke =>
  async (name, payload) => {
    const called = functions[name];
    if (!called) throw new RangeError(`there is no function ${name}`);
    await called(payload);
  };
