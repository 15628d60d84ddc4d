import { keepUnsealed } from '../log/keep';
import { runTask } from '../tasks/tasks';
import { inBackground } from './common';

export const handler = inBackground('sync', async (oracle, until) => {
  await runTask(oracle, 'sync');
  await keepUnsealed(oracle, until);
});
