import { type ByteReader, Unparsable } from '../byte-reader';
import { uiAmount } from '../token-amount';
import { instructionExtensionName } from '../token-extensions';
import {
  type Call,
  call,
  oneOf,
  type ParseCall,
  type ParsedCall,
  present,
  signedCall,
  signers,
} from './call';
import { CONFIDENTIAL_PARSERS } from './token-confidential';
import { EXTENSION_PARSERS } from './token-extension';
import { parseInterface } from './token-interfaces';

const BATCH = 255;

const AUTHORITIES = [
  'mintTokens',
  'freezeAccount',
  'accountOwner',
  'closeAccount',
  'transferFeeConfig',
  'withheldWithdraw',
  'closeMint',
  'interestRate',
  'permanentDelegate',
  'confidentialTransferMint',
  'transferHookProgramId',
  'confidentialTransferFeeConfig',
  'metadataPointer',
  'groupPointer',
  'groupMemberPointer',
  'scaledUiAmount',
  'pause',
  'permissionedBurn',
];
const OF_ACCOUNTS = ['accountOwner', 'closeAccount'];

const optionalKey = (data: ByteReader) => data.option(() => data.key());
const amount = (data: ByteReader) => ({ amount: data.u64().toString() });
const checked = (data: ByteReader) => {
  const units = data.u64();
  return { tokenAmount: uiAmount(units, { decimals: data.u8() }) };
};
const mintMembers = (data: ByteReader) => ({
  decimals: data.u8(),
  mintAuthority: data.key(),
  ...present({ freezeAuthority: optionalKey(data) }),
});
const owner = (data: ByteReader) => ({ owner: data.key() });

function extensionTypes(data: ByteReader): string[] {
  return data.list(Math.ceil(data.left / 2), () => instructionExtensionName(data.u16()));
}

const multisig = (type: string, names: readonly string[]): ParseCall =>
  call(type, [...names, 'firstSigner'], (data, accounts) => ({
    firstSigner: undefined,
    signers: accounts.slice(names.length),
    m: data.u8(),
  }));

const setAuthority: ParseCall = ({ accounts, data }) => {
  const authorityType = AUTHORITIES[data.u8()];
  if (!authorityType) throw new Unparsable('unknown kind of authority');
  const owned = OF_ACCOUNTS.includes(authorityType) ? 'account' : 'mint';
  const info = {
    [owned]: accounts[0],
    authorityType,
    newAuthority: optionalKey(data),
    ...signers(accounts, 1, 'authority'),
  };
  return { type: 'setAuthority', info };
};

const PARSERS: Readonly<Record<number, ParseCall>> = {
  0: call('initializeMint', ['mint', 'rentSysvar'], mintMembers),
  1: call('initializeAccount', ['account', 'mint', 'owner', 'rentSysvar']),
  2: multisig('initializeMultisig', ['multisig', 'rentSysvar']),
  3: signedCall('transfer', ['source', 'destination'], 'authority', amount),
  4: signedCall('approve', ['source', 'delegate'], 'owner', amount),
  5: signedCall('revoke', ['source'], 'owner'),
  6: setAuthority,
  7: signedCall('mintTo', ['mint', 'account'], 'mintAuthority', amount),
  8: signedCall('burn', ['account', 'mint'], 'authority', amount),
  9: signedCall('closeAccount', ['account', 'destination'], 'owner'),
  10: signedCall('freezeAccount', ['account', 'mint'], 'freezeAuthority'),
  11: signedCall('thawAccount', ['account', 'mint'], 'freezeAuthority'),
  12: signedCall('transferChecked', ['source', 'mint', 'destination'], 'authority', checked),
  13: signedCall('approveChecked', ['source', 'mint', 'delegate'], 'owner', checked),
  14: signedCall('mintToChecked', ['mint', 'account'], 'mintAuthority', checked),
  15: signedCall('burnChecked', ['account', 'mint'], 'authority', checked),
  16: call('initializeAccount2', ['account', 'mint', 'rentSysvar'], owner),
  17: call('syncNative', ['account']),
  18: call('initializeAccount3', ['account', 'mint'], owner),
  19: multisig('initializeMultisig2', ['multisig']),
  20: call('initializeMint2', ['mint'], mintMembers),
  21: call('getAccountDataSize', ['mint'], (data) =>
    data.left === 0 ? {} : { extensionTypes: extensionTypes(data) },
  ),
  22: call('initializeImmutableOwner', ['account']),
  23: call('amountToUiAmount', ['mint'], amount),
  24: call('uiAmountToAmount', ['mint'], (data) => ({ uiAmount: data.text(data.left) })),
  25: call('initializeMintCloseAuthority', ['mint'], (data) => ({ newAuthority: optionalKey(data) })),
  29: signedCall('reallocate', ['account', 'payer', 'systemProgram'], 'owner', (data) => ({
    extensionTypes: extensionTypes(data),
  })),
  31: call('createNativeMint', ['payer', 'nativeMint', 'systemProgram']),
  32: call('initializeNonTransferableMint', ['mint']),
  35: call('initializePermanentDelegate', ['mint'], (data) => ({ delegate: data.key() })),
  38: signedCall('withdrawExcessLamports', ['source', 'destination'], 'authority'),
  45: signedCall('unwrapLamports', ['source', 'destination'], 'authority', (data) =>
    present({ amount: data.option(() => data.u64().toString()) }),
  ),
  ...EXTENSION_PARSERS,
  ...CONFIDENTIAL_PARSERS,
};

/** Parses instructions of both token programs. */
export function parseToken(instruction: Call): ParsedCall {
  const { accounts, data } = instruction;
  const number = data.u8();
  if (number === BATCH) return parseBatch(accounts, data);
  if (PARSERS[number]) return oneOf(PARSERS, number)(instruction);
  data.offset = 0;
  return parseInterface(instruction);
}

/** A batch holds for each instruction the number of its accounts, the length of its data, and the data. */
function parseBatch(accounts: readonly string[], data: ByteReader): ParsedCall {
  const instructions: ParsedCall[] = [];
  let used = 0;
  while (data.left > 0) {
    const count = data.u8();
    const part = data.part(data.u8());
    const own = accounts.slice(used, used + count);
    if (own.length < count || count === 0) throw new Unparsable('accounts of a batch are missing');
    if (part.peek() === BATCH) throw new Unparsable('a batch in a batch');
    used += count;
    instructions.push(parseToken({ accounts: own, data: part }));
  }
  return { type: 'batch', info: { instructions } };
}
