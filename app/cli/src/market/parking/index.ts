import type { Action } from '../../governing/action';
import { offerAction } from './bay';
import { calendarAction } from './calendar';
import { reserveAction } from './reserve';
import { reservedActions } from './reserved';

/** Everything that `commonwire parking` can do, in the order of the help. */
export const parkingActions: readonly Action[] = [
  offerAction,
  calendarAction,
  reserveAction,
  ...reservedActions,
];
