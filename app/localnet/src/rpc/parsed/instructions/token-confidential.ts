import { type ByteReader, Unparsable } from '../byte-reader';
import { uiAmount } from '../token-amount';
import { call, type ParseCall, present, signedCall, signers } from './call';
import { nested, sourceAccounts } from './token-extension';

const ELGAMAL_KEY = 32;
const AES_CIPHERTEXT = 36;
const AUDITOR_CIPHERTEXTS = 2 * 64;

const cipher = (data: ByteReader): string => data.base64(AES_CIPHERTEXT);
const elGamalKey = (data: ByteReader): string => data.base64(ELGAMAL_KEY);

function auditor(data: ByteReader) {
  const key = data.bytes(ELGAMAL_KEY);
  return { auditorElGamalPubkey: key.some((byte) => byte !== 0) ? key.toString('base64') : null };
}

const autoApprove = (data: ByteReader) => ({ autoApproveNewAccounts: data.flag(), ...auditor(data) });

interface WithProofs {
  type: string;
  names: readonly string[];
  authority: string;
  /** The fewest accounts there are. */
  least: number;
  /** The members before the offsets of the proofs. */
  read: (data: ByteReader) => object;
  /** The proofs in the order of their offsets in the data and of their accounts. */
  proofs: readonly string[];
  /** Names an account between the proofs and the authority. */
  before?: string;
}

/** Parses an instruction whose proofs each may have an account, behind the accounts that it always has. */
const withProofs =
  ({ type, names, authority, least, read, proofs, before }: WithProofs): ParseCall =>
  ({ accounts, data }) => {
    if (accounts.length < least) throw new Unparsable(`${least} accounts wanted, ${accounts.length} given`);
    const { info } = call(type, names)({ accounts, data });
    const members = read(data);
    const offsets = proofs.map((proof) => [proof, data.i8()] as const);
    let position = names.length;
    const found: Record<string, unknown> = {};
    const take = (name: string, left: number) => {
      if (position < accounts.length - left) found[name] = accounts[position++];
    };
    const left = before ? 2 : 1;
    if (offsets.some(([, offset]) => offset !== 0)) take('instructionsSysvar', left);
    for (const [proof, offset] of offsets) if (offset === 0) take(`${proof}ContextStateAccount`, left);
    if (before) take(before, 1);
    const shown = offsets.map(([proof, offset]) => [`${proof}InstructionOffset`, offset]);
    return {
      type,
      info: {
        ...(info as object),
        ...members,
        ...Object.fromEntries(shown),
        ...found,
        ...signers(accounts, position, authority),
      },
    };
  };

const THREE_PROOFS = ['equalityProof', 'ciphertextValidityProof', 'rangeProof'];

/** A ciphertext that replaces a balance or supply, and the auditor's, which aren't shown. */
const replaced = (name: string) => (data: ByteReader) => {
  const value = cipher(data);
  data.bytes(AUDITOR_CIPHERTEXTS);
  return { [name]: value };
};

/** Parses an instruction with one proof, whose account follows those that are named. */
const oneProof =
  (
    type: string,
    names: readonly string[],
    authority: string,
    read: (data: ByteReader) => { proofInstructionOffset: number },
  ): ParseCall =>
  ({ accounts, data }) => {
    const { info } = call(type, names)({ accounts, data });
    const members = read(data);
    const proof = accounts[names.length];
    const name = members.proofInstructionOffset === 0 ? 'proofContextStateAccount' : 'instructionsSysvar';
    return {
      type,
      info: {
        ...(info as object),
        ...members,
        [name]: proof,
        ...signers(accounts, names.length + 1, authority),
      },
    };
  };

const credits = (verb: string, kind: string) =>
  signedCall(`${verb}ConfidentialTransfer${kind}Credits`, ['account'], 'owner');

const confidentialTransfer = nested({
  0: call('initializeConfidentialTransferMint', ['mint'], (data) => ({
    ...present({ authority: data.nullableKey() }),
    ...autoApprove(data),
  })),
  1: call('updateConfidentialTransferMint', ['mint', 'confidentialTransferMintAuthority'], autoApprove),
  2: oneProof('configureConfidentialTransferAccount', ['account', 'mint'], 'owner', (data) => ({
    decryptableZeroBalance: cipher(data),
    maximumPendingBalanceCreditCounter: data.u64(),
    proofInstructionOffset: data.i8(),
  })),
  3: call('approveConfidentialTransferAccount', ['account', 'mint', 'confidentialTransferAuditorAuthority']),
  4: oneProof('emptyConfidentialTransferAccount', ['account'], 'owner', (data) => ({
    proofInstructionOffset: data.i8(),
  })),
  5: signedCall('depositConfidentialTransfer', ['account', 'mint'], 'owner', (data) => ({
    amount: data.u64(),
    decimals: data.u8(),
  })),
  6: withProofs({
    type: 'withdrawConfidentialTransfer',
    least: 4,
    names: ['account', 'mint'],
    authority: 'owner',
    read: (data) => ({
      amount: data.u64(),
      decimals: data.u8(),
      newDecryptableAvailableBalance: cipher(data),
    }),
    proofs: ['equalityProof', 'rangeProof'],
  }),
  7: withProofs({
    type: 'confidentialTransfer',
    least: 4,
    names: ['source', 'mint', 'destination'],
    authority: 'owner',
    read: replaced('newSourceDecryptableAvailableBalance'),
    proofs: THREE_PROOFS,
  }),
  8: signedCall('applyPendingConfidentialTransferBalance', ['account'], 'owner', (data) => ({
    expectedPendingBalanceCreditCounter: data.u64(),
    newDecryptableAvailableBalance: cipher(data),
  })),
  9: credits('enable', 'Confidential'),
  10: credits('disable', 'Confidential'),
  11: credits('enable', 'NonConfidential'),
  12: credits('disable', 'NonConfidential'),
  13: withProofs({
    type: 'confidentialTransferWithFee',
    least: 4,
    names: ['source', 'mint', 'destination'],
    authority: 'owner',
    read: replaced('newSourceDecryptableAvailableBalance'),
    proofs: [
      'equalityProof',
      'transferAmountCiphertextValidityProof',
      'feeSigmaProof',
      'feeCiphertextValidityProof',
      'rangeProof',
    ],
  }),
  14: call('configureConfidentialAccountWithRegistry', ['account', 'mint', 'registry']),
});

const withdrawn = (data: ByteReader) => ({
  proofInstructionOffset: data.i8(),
  newDecryptableAvailableBalance: cipher(data),
});

const confidentialFee = nested({
  0: call('initializeConfidentialTransferFeeConfig', ['mint'], (data) => ({
    ...present({ authority: data.nullableKey() }),
    withdrawWithheldAuthorityElGamalPubkey: elGamalKey(data),
  })),
  1: oneProof(
    'withdrawWithheldConfidentialTransferTokensFromMint',
    ['mint', 'feeRecipient'],
    'withdrawWithheldAuthority',
    withdrawn,
  ),
  2: ({ accounts, data }) => {
    const first = Math.max(accounts.length - data.u8(), 0);
    const { type, info } = oneProof(
      'withdrawWithheldConfidentialTransferTokensFromAccounts',
      ['mint', 'feeRecipient'],
      'withdrawWithheldAuthority',
      withdrawn,
    )({ accounts: accounts.slice(0, first), data });
    return { type, info: { ...(info as object), sourceAccounts: accounts.slice(first) } };
  },
  3: call('harvestWithheldConfidentialTransferTokensToMint', ['mint'], sourceAccounts),
  4: signedCall('enableConfidentialTransferFeeHarvestToMint', ['account'], 'owner'),
  5: signedCall('disableConfidentialTransferFeeHarvestToMint', ['account'], 'owner'),
});

const confidentialMintBurn = nested({
  0: call('initializeConfidentialMintBurnMint', ['mint'], (data) => ({
    supplyElGamalPubkey: elGamalKey(data),
    decryptableSupply: cipher(data),
  })),
  1: oneProof('rotateConfidentialMintBurnSupplyElGamalPubkey', ['mint'], 'owner', (data) => ({
    newSupplyElGamalPubkey: elGamalKey(data),
    proofInstructionOffset: data.i8(),
  })),
  2: signedCall('updateConfidentialMintBurnDecryptableSupply', ['mint'], 'owner', (data) => ({
    newDecryptableSupply: cipher(data),
  })),
  3: withProofs({
    type: 'confidentialMint',
    least: 3,
    names: ['destination', 'mint'],
    authority: 'owner',
    read: replaced('newDecryptableSupply'),
    proofs: THREE_PROOFS,
  }),
  4: withProofs({
    type: 'confidentialBurn',
    least: 3,
    names: ['destination', 'mint'],
    authority: 'owner',
    read: replaced('newDecryptableAvailableBalance'),
    proofs: THREE_PROOFS,
  }),
  5: signedCall('applyPendingBurn', ['mint'], 'owner'),
});

const BURNT = ['account', 'mint', 'permissionedBurnAuthority'];

const permissionedBurn = nested({
  0: call('initializePermissionedBurnConfig', ['mint'], (data) => ({ authority: data.key() })),
  1: signedCall('permissionedBurn', BURNT, 'authority', (data) => ({ amount: data.u64().toString() })),
  2: signedCall('permissionedBurnChecked', BURNT, 'authority', (data) => {
    const amount = data.u64();
    return { tokenAmount: uiAmount(amount, { decimals: data.u8() }) };
  }),
  3: withProofs({
    type: 'permissionedConfidentialBurn',
    least: 4,
    names: ['account', 'mint'],
    authority: 'authority',
    read: replaced('newDecryptableAvailableBalance'),
    proofs: THREE_PROOFS,
    before: 'permissionedBurnAuthority',
  }),
});

/** Parsers of the confidential extensions by the first number of their instructions. */
export const CONFIDENTIAL_PARSERS: Readonly<Record<number, ParseCall>> = {
  27: confidentialTransfer,
  37: confidentialFee,
  42: confidentialMintBurn,
  46: permissionedBurn,
};
