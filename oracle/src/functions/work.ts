import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { waiting } from '../runtime/aws';
import type { OracleEvents } from '../runtime/events';
import type { TaskName } from '../tasks/tasks';

/** What functions on AWS do in the background: the tasks, and copying peers' logs. */
export type WorkName = TaskName | 'copy';

/** What is worth doing at once after something has happened, so that epochs wait for no schedule. */
const FOLLOWING: { readonly [N in keyof OracleEvents]?: readonly WorkName[] } = {
  cut: ['sync'],
  sealed: ['close'],
  copying: ['copy'],
  copied: ['close', 'attest'],
  closed: ['post'],
  signed: ['approve', 'post'],
  approved: ['post'],
  challenged: ['close'],
  unanswered: ['close'],
  promoted: ['close', 'pay'],
};

/** The events that have something to do after them. */
export const FOLLOWED = Object.keys(FOLLOWING) as (keyof OracleEvents)[];

/** What is to be done after these events, each once. */
export const following = (events: Iterable<keyof OracleEvents>): ReadonlySet<WorkName> =>
  new Set([...events].flatMap((event) => FOLLOWING[event] ?? []));

/** Lets another function of the oracle work. A message says nothing but that: what is to do, it finds out itself. */
export type Send = (name: WorkName) => Promise<void>;

/**
 * Returns how functions give each other work: through the queue of SQS whose URL is `COMMONWIRE_QUEUE_PREFIX` and the
 * function's name. Without a prefix nothing is sent, and only schedules make epochs advance.
 */
export function sender({ COMMONWIRE_QUEUE_PREFIX: prefix }: NodeJS.ProcessEnv, client?: SQSClient): Send {
  if (!prefix) return async () => undefined;
  const sqs = client ?? new SQSClient(waiting());
  return async (name) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: prefix + name, MessageBody: name }));
  };
}
