import { CommonwireError } from '@commonwire/sdk/core';
import { reasonOf } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { attest } from './attest';
import { challenge } from './challenge';
import { lead } from './close';
import { cutIfDue } from './cut';
import { pay } from './pay';
import { post } from './post';
import { promote } from './promote';
import { sync } from './sync';

/** The scheduled tasks in the order a tick runs them. Each can be killed anywhere and run again. */
export const tasks = {
  sync,
  cut: cutIfDue,
  close: lead,
  attest,
  post,
  challenge,
  promote,
  pay,
} as const satisfies Record<string, (oracle: Oracle) => Promise<void>>;

export type TaskName = keyof typeof tasks;

/** Task names in the order of a tick. */
export const taskNames = Object.keys(tasks) as readonly TaskName[];

/** The task that can go on at once after another one did something. */
export const followingTask = (name: TaskName): TaskName | undefined => taskNames[taskNames.indexOf(name) + 1];

/** Runs a task; a failure is told as an event and tried again when the task is started next. */
export async function runTask(oracle: Oracle, name: TaskName): Promise<void> {
  try {
    await tasks[name](oracle);
  } catch (error) {
    const code = error instanceof CommonwireError ? error.code : 'internal';
    oracle.events.emit('failed', { task: name, code, message: reasonOf(error) });
  }
}
