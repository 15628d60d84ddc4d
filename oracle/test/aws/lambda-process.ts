/** The process of a Lambda function: loads the handler that it is asked for, and answers one invocation after another. */
import { join } from 'node:path';

export interface Invocation {
  readonly function: string;
  readonly event: object;
}

export interface Answer {
  readonly value?: unknown;
  readonly failed?: string;
}

process.on('message', async ({ function: name, event }: Invocation) => {
  const answer = (one: Answer) => process.send!(one);
  try {
    // Bundled beside it.
    const { handler } = require(join(__dirname, name));
    answer({ value: await handler(event) });
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
