import type { Command } from '../command';
import { challenge } from './challenge';
import { checkTrace } from './check-trace';
import { govern } from './govern';
import { guard } from './guard';
import { settle } from './settle';
import { status } from './status';
import { verify } from './verify';

/** Every command, in the order that the help lists them. */
export const commands: readonly Command[] = [status, verify, settle, challenge, govern, guard, checkTrace];
