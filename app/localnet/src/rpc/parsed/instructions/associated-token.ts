import { Unparsable } from '../byte-reader';
import { call, oneOf, type ParseCall } from './call';

const CREATED = ['source', 'account', 'wallet', 'mint', 'systemProgram', 'tokenProgram'];

const PARSERS = {
  0: call('create', CREATED),
  1: call('createIdempotent', CREATED),
  2: call('recoverNested', [
    'nestedSource',
    'nestedMint',
    'destination',
    'nestedOwner',
    'ownerMint',
    'wallet',
    'tokenProgram',
  ]),
};

/** Parses instructions of the associated token program. */
export const parseAssociatedToken: ParseCall = (instruction) => {
  const number = instruction.data.left === 0 ? 0 : instruction.data.u8();
  if (instruction.data.left > 0) throw new Unparsable('trailing bytes');
  return oneOf(PARSERS, number)(instruction);
};
