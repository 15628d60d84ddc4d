import { call, numbered, type ParseCall } from './call';

const ACCOUNTS = ['lookupTableAccount', 'lookupTableAuthority'];

/** Parses instructions of the address lookup table program. */
export const parseLookupTables: ParseCall = numbered({
  0: call('createLookupTable', [...ACCOUNTS, 'payerAccount', 'systemProgram'], (data) => ({
    recentSlot: data.u64(),
    bumpSeed: data.u8(),
  })),
  1: call('freezeLookupTable', ACCOUNTS),
  2: call('extendLookupTable', ACCOUNTS, (data, accounts) => ({
    newAddresses: data.list(data.u64(), () => data.key()),
    ...(accounts.length >= 4 ? { payerAccount: accounts[2], systemProgram: accounts[3] } : {}),
  })),
  3: call('deactivateLookupTable', ACCOUNTS),
  4: call('closeLookupTable', [...ACCOUNTS, 'recipient']),
});
