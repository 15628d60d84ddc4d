import { codeOf } from '@commonwire/sdk/core';
import { reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { answer } from './answer';
import { approve } from './approve';
import { attest } from './attest';
import { challenge } from './challenge';
import { lead } from './close';
import { cutIfDue } from './cut';
import { pay } from './pay';
import { post } from './post';
import { promote } from './promote';
import { isRecovered } from './recover';
import { sync } from './sync';

/** The scheduled tasks in the order of a tick. Each can be killed at any point and run again. */
export const tasks = {
  sync,
  cut: cutIfDue,
  close: lead,
  attest,
  approve,
  post,
  answer,
  challenge,
  promote,
  pay,
} as const satisfies Record<string, (oracle: Oracle) => Promise<void>>;

export type TaskName = keyof typeof tasks;

/** Task names in the order of a tick. */
export const taskNames = Object.keys(tasks) as readonly TaskName[];

/** Runs a task. A failure is emitted as an event, and the task is retried at its next turn. */
export async function runTask(oracle: Oracle, name: TaskName): Promise<void> {
  const ended = oracle.vitals.begin(name);
  let failed: string | undefined;
  try {
    if (name === 'sync' || (await isRecovered(oracle))) await tasks[name](oracle);
  } catch (error) {
    failed = codeOf(error, 'internal');
    oracle.events.emit('failed', { task: name, code: failed, message: reasonOf(error) });
  } finally {
    const { milliseconds } = ended(failed);
    oracle.events.emit('task', { task: name, milliseconds });
  }
}
