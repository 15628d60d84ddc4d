import { type ByteReader, Unparsable } from '../byte-reader';
import { bincodeText, call, numbered, type ParseCall, present } from './call';

function authorityType(data: ByteReader): string {
  const name = ['Staker', 'Withdrawer'][data.u32()];
  if (!name) throw new Unparsable('unknown kind of authority');
  return name;
}

const lockupChange = (data: ByteReader) => ({
  unixTimestamp: data.option(() => data.i64()),
  epoch: data.option(() => data.u64()),
});

const seededAuthority = (data: ByteReader) => ({
  authorityType: authorityType(data),
  authoritySeed: bincodeText(data),
  authorityOwner: data.key(),
});

const lamports = (data: ByteReader) => ({ lamports: data.u64() });

/** Parses instructions of the stake program. */
export const parseStakes: ParseCall = numbered({
  0: call('initialize', ['stakeAccount', 'rentSysvar'], (data) => ({
    authorized: { staker: data.key(), withdrawer: data.key() },
    lockup: { unixTimestamp: data.i64(), epoch: data.u64(), custodian: data.key() },
  })),
  1: call('authorize', ['stakeAccount', 'clockSysvar', 'authority', 'custodian?'], (data) => ({
    newAuthority: data.key(),
    authorityType: authorityType(data),
  })),
  2: call('delegate', [
    'stakeAccount',
    'voteAccount',
    'clockSysvar',
    'stakeHistorySysvar',
    'stakeConfigAccount',
    'stakeAuthority',
  ]),
  3: call('split', ['stakeAccount', 'newSplitAccount', 'stakeAuthority'], lamports),
  4: call(
    'withdraw',
    ['stakeAccount', 'destination', 'clockSysvar', 'stakeHistorySysvar', 'withdrawAuthority', 'custodian?'],
    lamports,
  ),
  5: call('deactivate', ['stakeAccount', 'clockSysvar', 'stakeAuthority']),
  6: call('setLockup', ['stakeAccount', 'custodian'], (data) => ({
    lockup: present({ ...lockupChange(data), custodian: data.option(() => data.key()) }),
  })),
  7: call('merge', ['destination', 'source', 'clockSysvar', 'stakeHistorySysvar', 'stakeAuthority']),
  8: call('authorizeWithSeed', ['stakeAccount', 'authorityBase', 'clockSysvar?', 'custodian?'], (data) => ({
    newAuthorized: data.key(),
    ...seededAuthority(data),
  })),
  9: call('initializeChecked', ['stakeAccount', 'rentSysvar', 'staker', 'withdrawer']),
  10: call(
    'authorizeChecked',
    ['stakeAccount', 'clockSysvar', 'authority', 'newAuthority', 'custodian?'],
    (data) => ({ authorityType: authorityType(data) }),
  ),
  11: call(
    'authorizeCheckedWithSeed',
    ['stakeAccount', 'authorityBase', 'clockSysvar', 'newAuthorized', 'custodian?'],
    seededAuthority,
  ),
  12: call('setLockupChecked', ['stakeAccount', 'custodian'], (data, accounts) => ({
    lockup: present({ ...lockupChange(data), custodian: accounts[2] ?? null }),
  })),
  13: () => ({ type: 'getMinimumDelegation' }),
  14: call('deactivateDelinquent', ['stakeAccount', 'voteAccount', 'referenceVoteAccount']),
  15: call('redelegate', [
    'stakeAccount',
    'newStakeAccount',
    'voteAccount',
    'stakeConfigAccount',
    'stakeAuthority',
  ]),
  16: call('moveStake', ['source', 'destination', 'stakeAuthority'], lamports),
  17: call('moveLamports', ['source', 'destination', 'stakeAuthority'], lamports),
});
