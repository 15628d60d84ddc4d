import type { Command } from '../command';
import { challenge } from './challenge';
import { checkTrace } from './check-trace';
import { govern } from './govern';
import { guard } from './guard';
import { retire } from './retire';
import { settle } from './settle';
import { status } from './status';
import { transfer } from './transfer';
import { verify } from './verify';

/** Every command, in the order that the help lists them. */
export const commands: readonly Command[] = [
  status,
  verify,
  settle,
  transfer,
  retire,
  challenge,
  govern,
  guard,
  checkTrace,
];
