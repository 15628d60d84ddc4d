import type { Action } from '../governing/action';
import { authorityActions } from './authority-actions';
import { buildingActions } from './building-actions';
import { createAction } from './create';
import { deviceActions } from './device-actions';
import { earningActions } from './earning-actions';
import { fundingActions } from './funding-actions';
import { listAction } from './list';
import { permitActions } from './permit-actions';
import { showAction } from './show';

/** Everything that can be done with assets, in the order of the help: about as it comes in an asset's life. */
export const assetActions: readonly Action[] = [
  createAction,
  listAction,
  showAction,
  ...fundingActions,
  ...buildingActions,
  ...earningActions,
  ...deviceActions,
  ...permitActions,
  ...authorityActions,
];
