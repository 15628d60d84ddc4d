import { bincodeText, call, numbered, type ParseCall } from './call';

const createAccountAllowPrefund: ParseCall = (instruction) => {
  const lamports = instruction.data.u64();
  const names = lamports === 0n ? ['newAccount'] : ['newAccount', 'source'];
  return call('createAccountAllowPrefund', names, (data) => ({
    ...(lamports === 0n ? {} : { lamports }),
    space: data.u64(),
    owner: data.key(),
  }))(instruction);
};

/** Parses instructions of the system program. */
export const parseSystem: ParseCall = numbered({
  0: call('createAccount', ['source', 'newAccount'], (data) => ({
    lamports: data.u64(),
    space: data.u64(),
    owner: data.key(),
  })),
  1: call('assign', ['account'], (data) => ({ owner: data.key() })),
  2: call('transfer', ['source', 'destination'], (data) => ({ lamports: data.u64() })),
  3: call('createAccountWithSeed', ['source', 'newAccount'], (data) => ({
    base: data.key(),
    seed: bincodeText(data),
    lamports: data.u64(),
    space: data.u64(),
    owner: data.key(),
  })),
  4: call('advanceNonce', ['nonceAccount', 'recentBlockhashesSysvar', 'nonceAuthority']),
  5: call(
    'withdrawFromNonce',
    ['nonceAccount', 'destination', 'recentBlockhashesSysvar', 'rentSysvar', 'nonceAuthority'],
    (data) => ({ lamports: data.u64() }),
  ),
  6: call('initializeNonce', ['nonceAccount', 'recentBlockhashesSysvar', 'rentSysvar'], (data) => ({
    nonceAuthority: data.key(),
  })),
  7: call('authorizeNonce', ['nonceAccount', 'nonceAuthority'], (data) => ({ newAuthorized: data.key() })),
  8: call('allocate', ['account'], (data) => ({ space: data.u64() })),
  9: call('allocateWithSeed', ['account', 'base'], (data) => ({
    base: data.key(),
    seed: bincodeText(data),
    space: data.u64(),
    owner: data.key(),
  })),
  10: call('assignWithSeed', ['account', 'base'], (data) => ({
    base: data.key(),
    seed: bincodeText(data),
    owner: data.key(),
  })),
  11: call('transferWithSeed', ['source', 'sourceBase', 'destination'], (data) => ({
    lamports: data.u64(),
    sourceSeed: bincodeText(data),
    sourceOwner: data.key(),
  })),
  12: call('upgradeNonce', ['nonceAccount']),
  13: createAccountAllowPrefund,
});
