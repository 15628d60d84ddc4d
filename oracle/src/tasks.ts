import { attest } from './attest';
import { lead } from './close';
import { cutIfDue } from './cut';
import type { Oracle } from './oracle';
import { pay } from './pay';
import { post } from './post';
import { promote } from './promote';
import { sync } from './sync';

/** The scheduled tasks in the order a tick runs them. Each can be killed anywhere and run again. */
export const tasks = {
  sync,
  async close(oracle: Oracle): Promise<void> {
    await cutIfDue(oracle);
    await lead(oracle);
  },
  attest,
  post,
  promote,
  pay,
} as const satisfies Record<string, (oracle: Oracle) => Promise<void>>;

export type TaskName = keyof typeof tasks;

/** Task names in the order of a tick. */
export const taskNames = Object.keys(tasks) as readonly TaskName[];

/** The task that can go on at once after another one did something. */
export const followingTask = (name: TaskName): TaskName | undefined => taskNames[taskNames.indexOf(name) + 1];
