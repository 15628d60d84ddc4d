import { ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { ComputeBudgetProgram, Ed25519Program, SystemProgram } from '@solana/web3.js';
import { registerErrors } from './program-errors';

/** The loader of upgradeable programs. It has no numbers of its own: see `runtime-errors.ts`. */
export const UPGRADEABLE_LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';

/** Names and meanings in the order of the program's enum, `Name: meaning`. */
const numbered = (lines: readonly string[]) =>
  lines.map((line, code) => {
    const [name = '', msg = ''] = line.split(': ');
    return { code, name, msg };
  });

const TOKEN = [
  'NotRentExempt: the account has too few lamports for its size; send it some SOL',
  'InsufficientFunds: the token account holds fewer tokens than are to be moved; add tokens to it',
  'InvalidMint: the mint is not an initialised one; check its address',
  'MintMismatch: the token account is of another mint; name one of the right mint',
  'OwnerMismatch: the signer is not the owner of the token account; sign with its owner',
  'FixedSupply: nobody can mint this token any more',
  'AlreadyInUse: there already is an account at this address',
  'InvalidNumberOfProvidedSigners: too few or too many members of the multisig signed',
  'InvalidNumberOfRequiredSigners: a multisig needs 1 to 11 members',
  'UninitializedState: the token account has not been initialised; create it first',
  'NativeNotSupported: wrapped SOL does not allow this',
  'NonNativeHasBalance: the account still holds tokens; move them first',
  'InvalidInstruction: the program does not know this instruction; check which token program owns the mint',
  'InvalidState: the account is in a state that does not allow this',
  'Overflow: the amount is more than fits',
  'AuthorityTypeNotSupported: the account has no authority of this type',
  'MintCannotFreeze: the mint has no freeze authority',
  'AccountFrozen: the token account is frozen; ask the freeze authority of its mint',
  'MintDecimalsMismatch: the mint has other decimals',
  'NonNativeNotSupported: this only works with wrapped SOL',
];

const TOKEN_2022 = [
  ...TOKEN,
  'ExtensionTypeMismatch: the account has another extension than this needs',
  'ExtensionBaseMismatch: the extension is not one of mints or not one of token accounts',
  'ExtensionAlreadyInitialized: the extension is there already',
  'ConfidentialTransferAccountHasBalance: the account still has a confidential balance; withdraw it first',
  'ConfidentialTransferAccountNotApproved: the account is not approved for confidential transfers',
  'ConfidentialTransferDepositsAndTransfersDisabled: the account takes no deposits or transfers; its owner can allow them',
  'ConfidentialTransferElGamalPubkeyMismatch: the proof is for another encryption key',
  'ConfidentialTransferBalanceMismatch: the confidential balance has changed; make the proof again',
  'MintHasSupply: there still are tokens of the mint',
  'NoAuthorityExists: there is no such authority any more',
  'TransferFeeExceedsMaximum: the transfer fee is above 10,000 basis points',
  'MintRequiredForTransfer: the mint must be named in this transfer',
  'FeeMismatch: the transfer fee is another one now; try again',
  'FeeParametersMismatch: the fee is not that of the mint',
  'ImmutableOwner: the owner of this token account can never be changed',
  'AccountHasWithheldTransferFees: transfer fees are still held in the account; harvest them first',
  'NoMemo: the owner of the receiving account asks for a memo in each transfer; they can switch that off',
  'NonTransferable: this token can never be transferred',
  'NonTransferableNeedsImmutableOwnership: the receiving account must have an owner that never changes',
  'MaximumPendingBalanceCreditCounterExceeded: too many transfers are pending; their receiver must apply them',
  'MaximumDepositAmountExceeded: the deposit is larger than a confidential balance may be',
  'CpiGuardSettingsLocked: a program may not change the CPI guard',
  'CpiGuardTransferBlocked: the owner guards the account against transfers by programs; they can switch that off',
  'CpiGuardBurnBlocked: the owner guards the account against burns by programs; they can switch that off',
  'CpiGuardCloseAccountBlocked: the owner guards the account against being closed by programs',
  'CpiGuardApproveBlocked: the owner guards the account against approvals by programs',
  'CpiGuardSetAuthorityBlocked: the owner guards the account against changes by programs',
  'CpiGuardOwnerChangeBlocked: the owner guards the account against a change of owner',
  'ExtensionNotFound: the account does not have this extension',
  'NonConfidentialTransfersDisabled: the account takes confidential transfers alone',
  'ConfidentialTransferFeeAccountHasWithheldFee: confidential fees are still held; harvest them first',
  'InvalidExtensionCombination: these extensions can not be combined',
  'InvalidLengthForAlloc: the account can not have this size',
  'AccountDecryption: the balance can not be decrypted with this key',
  'ProofGeneration: the proof can not be made',
  'InvalidProofInstructionOffset: the proof is not where the instruction says',
  'HarvestToMintDisabled: fees can not be harvested to this mint',
  'SplitProofContextStateAccountsNotSupported: split proofs are not supported here',
  'NotEnoughProofContextStateAccounts: too few proof accounts are named',
  'MalformedCiphertext: a ciphertext can not be read',
  'CiphertextArithmeticFailed: ciphertexts can not be added',
  'PedersenCommitmentMismatch: the proofs are of different amounts',
  'RangeProofLengthMismatch: the range proof has another length',
  'IllegalBitLength: the amount has an unusual bit length',
  'FeeCalculation: the fee can not be calculated',
  'IllegalMintBurnConversion: this token is minted and burnt confidentially alone',
  'InvalidScale: the scale of the shown amount is not a usable number',
  'MintPaused: the authority of the mint has paused it; ask them to end the pause',
  'PendingBalanceNonZero: a balance is still pending; apply it first',
];

const SYSTEM = [
  'AccountAlreadyInUse: there already is an account at this address, or somebody has sent SOL to it',
  'ResultWithNegativeLamports: the paying wallet has too little SOL; send it some',
  'InvalidProgramId: the account can not be given to this program',
  'InvalidAccountDataLength: an account can not have this size',
  'MaxSeedLengthExceeded: the seed is longer than 32 bytes',
  'AddressWithSeedMismatch: the address is not the one of this seed',
  'NonceNoRecentBlockhashes: the nonce can not be advanced yet; try again',
  'NonceBlockhashNotExpired: the nonce was advanced a moment ago; try again',
  'NonceUnexpectedBlockhashValue: the nonce has another value now; build the transaction again',
];

const ASSOCIATED = ['InvalidOwner: the token account at this address belongs to somebody else now'];

const ED25519 = [
  'InvalidPublicKey: a key is not an Ed25519 key',
  'InvalidRecoveryId: a recovery id is out of range',
  'InvalidSignature: a signature is not one of this message by this key',
  'InvalidDataOffsets: the instruction points beyond the transaction',
  'InvalidInstructionDataSize: the instruction has another size',
];

const FOREIGN = [
  [SystemProgram.programId.toBase58(), 'system', SYSTEM],
  [TOKEN_PROGRAM_ID.toBase58(), 'SPL Token', TOKEN],
  [TOKEN_2022_PROGRAM_ID.toBase58(), 'Token-2022', TOKEN_2022],
  [ASSOCIATED_TOKEN_PROGRAM_ID.toBase58(), 'associated token account', ASSOCIATED],
  [Ed25519Program.programId.toBase58(), 'Ed25519', ED25519],
  [UPGRADEABLE_LOADER, 'BPF loader', []],
  [ComputeBudgetProgram.programId.toBase58(), 'compute budget', []],
] as const;

/** Registers what Solana's own programs answer. */
export function registerForeignErrors(): void {
  for (const [address, program, errors] of FOREIGN) registerErrors(address, program, numbered(errors), false);
}
