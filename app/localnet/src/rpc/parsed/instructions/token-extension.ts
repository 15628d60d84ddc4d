import { type ByteReader, Unparsable } from '../byte-reader';
import { uiAmount } from '../token-amount';
import { accountState, plainFloat } from '../token-extensions';
import { call, oneOf, type ParseCall, present, signedCall, signers } from './call';

/** Parses an extension whose instructions have a second number. */
export const nested =
  (parsers: Readonly<Record<number, ParseCall>>): ParseCall =>
  (instruction) =>
    oneOf(parsers, instruction.data.u8())(instruction);

const optionalKey = (data: ByteReader) => data.option(() => data.key());

const state = (data: ByteReader) => {
  const number = data.u8();
  if (number > 2) throw new Unparsable(`state ${number}`);
  return { accountState: accountState(number) };
};

/** An address that points somewhere and the authority over it. */
const pointer = (name: string, member: string): ParseCall =>
  nested({
    0: call(`initialize${name}`, ['mint'], (data) =>
      present({ authority: data.nullableKey(), [member]: data.nullableKey() }),
    ),
    1: signedCall(`update${name}`, ['mint'], 'authority', (data) =>
      present({ [member]: data.nullableKey() }),
    ),
  });

const onOrOff = (name: string): ParseCall =>
  nested({
    0: signedCall(`enable${name}`, ['account'], 'owner'),
    1: signedCall(`disable${name}`, ['account'], 'owner'),
  });

const fee = (data: ByteReader) => ({ transferFeeBasisPoints: data.u16(), maximumFee: data.u64() });

const withdrawWithheldFromAccounts: ParseCall = ({ accounts, data }) => {
  const sources = data.u8();
  const first = accounts.length - sources;
  if (first < 3) throw new Unparsable('source accounts are missing');
  const [mint, feeRecipient] = accounts;
  const info = {
    mint,
    feeRecipient,
    sourceAccounts: accounts.slice(first),
    ...signers(accounts.slice(0, first), 2, 'withdrawWithheldAuthority'),
  };
  return { type: 'withdrawWithheldTokensFromAccounts', info };
};

/** The accounts after the mint, from which withheld fees come. */
export const sourceAccounts = (_data: ByteReader, accounts: readonly string[]) => ({
  sourceAccounts: accounts.slice(1),
});

const transferFee = nested({
  0: call('initializeTransferFeeConfig', ['mint'], (data) => ({
    ...present({
      transferFeeConfigAuthority: optionalKey(data),
      withdrawWithheldAuthority: optionalKey(data),
    }),
    ...fee(data),
  })),
  1: signedCall('transferCheckedWithFee', ['source', 'mint', 'destination'], 'authority', (data) => {
    const amount = data.u64();
    const units = { decimals: data.u8() };
    return { tokenAmount: uiAmount(amount, units), feeAmount: uiAmount(data.u64(), units) };
  }),
  2: signedCall('withdrawWithheldTokensFromMint', ['mint', 'feeRecipient'], 'withdrawWithheldAuthority'),
  3: withdrawWithheldFromAccounts,
  4: call('harvestWithheldTokensToMint', ['mint'], sourceAccounts),
  // The second name's letter is small in validators too.
  5: signedCall(
    'setTransferFee',
    ['mint'],
    'transferFeeConfigAuthority',
    fee,
    'multisigtransferFeeConfigAuthority',
  ),
});

/** Parsers of extensions by the first number of their instructions, without the confidential ones. */
export const EXTENSION_PARSERS: Readonly<Record<number, ParseCall>> = {
  26: transferFee,
  28: nested({
    0: call('initializeDefaultAccountState', ['mint'], state),
    1: signedCall('updateDefaultAccountState', ['mint'], 'freezeAuthority', state),
  }),
  30: onOrOff('RequiredMemoTransfers'),
  33: nested({
    0: call('initializeInterestBearingConfig', ['mint'], (data) => ({
      rateAuthority: data.nullableKey(),
      rate: data.i16(),
    })),
    1: signedCall('updateInterestBearingConfigRate', ['mint'], 'rateAuthority', (data) => ({
      newRate: data.i16(),
    })),
  }),
  34: onOrOff('CpiGuard'),
  36: pointer('TransferHook', 'programId'),
  39: pointer('MetadataPointer', 'metadataAddress'),
  40: pointer('GroupPointer', 'groupAddress'),
  41: pointer('GroupMemberPointer', 'memberAddress'),
  43: nested({
    0: call('initializeScaledUiAmountConfig', ['mint'], (data) => ({
      authority: data.nullableKey(),
      multiplier: plainFloat(data.f64()),
    })),
    1: signedCall('updateMultiplier', ['mint'], 'authority', (data) => ({
      newMultiplier: plainFloat(data.f64()),
      newMultiplierTimestamp: data.i64(),
    })),
  }),
  44: nested({
    0: call('initializePausableConfig', ['mint'], (data) => ({ authority: data.key() })),
    1: signedCall('pause', ['mint'], 'authority'),
    2: signedCall('resume', ['mint'], 'authority'),
  }),
};
