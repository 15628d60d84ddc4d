import { Unparsable } from '../byte-reader';
import { call, numbered, type ParseCall } from './call';

const finalize: ParseCall = (instruction) => {
  if (instruction.accounts.length < 2) throw new Unparsable('the rent sysvar is missing');
  return call('finalize', ['account'])(instruction);
};

/** Parses instructions of the loader without upgrades. */
export const parseLoader: ParseCall = numbered({
  0: call('write', ['account'], (data) => ({
    offset: data.u32(),
    bytes: data.base64(Number(data.u64())),
  })),
  1: finalize,
});

/** Parses instructions of the upgradeable loader. */
export const parseUpgradeableLoader: ParseCall = numbered({
  0: call('initializeBuffer', ['account', 'authority?']),
  1: call('write', ['account', 'authority'], (data) => ({
    offset: data.u32(),
    bytes: data.base64(Number(data.u64())),
  })),
  2: call(
    'deployWithMaxDataLen',
    [
      'payerAccount',
      'programDataAccount',
      'programAccount',
      'bufferAccount',
      'rentSysvar',
      'clockSysvar',
      'systemProgram',
      'authority',
    ],
    (data) => ({ maxDataLen: data.u64() }),
  ),
  3: call('upgrade', [
    'programDataAccount',
    'programAccount',
    'bufferAccount',
    'spillAccount',
    'rentSysvar',
    'clockSysvar',
    'authority',
  ]),
  4: call('setAuthority', ['account', 'authority'], (_data, accounts) => ({
    newAuthority: accounts[2] ?? null,
  })),
  5: call('close', ['account', 'recipient', 'authority'], (_data, accounts) => ({
    programAccount: accounts[3] ?? null,
  })),
  6: call('extendProgram', ['programDataAccount', 'programAccount'], (data, accounts) => ({
    additionalBytes: data.u32(),
    systemProgram: accounts[2] ?? null,
    payerAccount: accounts[3] ?? null,
  })),
  7: call('setAuthorityChecked', ['account', 'authority', 'newAuthority']),
});
