import type { Action } from '../governing/action';
import { clearAction } from './clear';
import { createAction } from './create';
import { governingActions } from './fees';
import { listAction } from './list';
import { settleAction } from './settle';
import { showAction } from './show';

/** Everything that `commonwire market` can do, in the order of the help. */
export const marketActions: readonly Action[] = [
  createAction,
  ...governingActions,
  settleAction,
  showAction,
  listAction,
  clearAction,
];
