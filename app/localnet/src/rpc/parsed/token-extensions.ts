import { ByteReader, Unparsable } from './byte-reader';

const STATES = ['uninitialized', 'initialized', 'frozen'];

const ELGAMAL_KEY = 32;
const ELGAMAL_CIPHERTEXT = 64;
const AES_CIPHERTEXT = 36;

const transferFee = (data: ByteReader) => ({
  epoch: data.u64(),
  maximumFee: data.u64(),
  transferFeeBasisPoints: data.u16(),
});

const authorityAnd = (name: string) => (data: ByteReader) => ({
  authority: data.nullableKey(),
  [name]: data.nullableKey(),
});

/** A string as Borsh writes it. */
const borshText = (data: ByteReader) => data.text(data.u32());

function auditorKey(data: ByteReader): string | null {
  const key = data.bytes(ELGAMAL_KEY);
  return key.every((byte) => byte === 0) ? null : key.toString('base64');
}

/** Writes a float without an exponent, as Rust does. */
export function plainFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : value < 0 ? '-inf' : 'NaN';
  const text = String(value);
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  if (shift > 0) return `${sign}${whole}${fraction.padEnd(shift, '0')}`;
  return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
}

type Parse = (data: ByteReader) => unknown;

/** Every extension by its number: the name in JSON and what reads its state; without one it has none. */
const EXTENSIONS: readonly (readonly [name: string, parse?: Parse])[] = [
  ['uninitialized'],
  [
    'transferFeeConfig',
    (data) => ({
      transferFeeConfigAuthority: data.nullableKey(),
      withdrawWithheldAuthority: data.nullableKey(),
      withheldAmount: data.u64(),
      olderTransferFee: transferFee(data),
      newerTransferFee: transferFee(data),
    }),
  ],
  ['transferFeeAmount', (data) => ({ withheldAmount: data.u64() })],
  ['mintCloseAuthority', (data) => ({ closeAuthority: data.nullableKey() })],
  [
    'confidentialTransferMint',
    (data) => ({
      authority: data.nullableKey(),
      autoApproveNewAccounts: data.flag(),
      auditorElgamalPubkey: auditorKey(data),
    }),
  ],
  [
    'confidentialTransferAccount',
    (data) => ({
      approved: data.flag(),
      elgamalPubkey: data.base64(ELGAMAL_KEY),
      pendingBalanceLo: data.base64(ELGAMAL_CIPHERTEXT),
      pendingBalanceHi: data.base64(ELGAMAL_CIPHERTEXT),
      availableBalance: data.base64(ELGAMAL_CIPHERTEXT),
      decryptableAvailableBalance: data.base64(AES_CIPHERTEXT),
      allowConfidentialCredits: data.flag(),
      allowNonConfidentialCredits: data.flag(),
      pendingBalanceCreditCounter: data.u64(),
      maximumPendingBalanceCreditCounter: data.u64(),
      expectedPendingBalanceCreditCounter: data.u64(),
      actualPendingBalanceCreditCounter: data.u64(),
    }),
  ],
  ['defaultAccountState', (data) => ({ accountState: accountState(data.u8()) })],
  ['immutableOwner'],
  ['memoTransfer', (data) => ({ requireIncomingTransferMemos: data.flag() })],
  ['nonTransferable'],
  [
    'interestBearingConfig',
    (data) => ({
      rateAuthority: data.nullableKey(),
      initializationTimestamp: data.i64(),
      preUpdateAverageRate: data.i16(),
      lastUpdateTimestamp: data.i64(),
      currentRate: data.i16(),
    }),
  ],
  ['cpiGuard', (data) => ({ lockCpi: data.flag() })],
  ['permanentDelegate', (data) => ({ delegate: data.nullableKey() })],
  ['nonTransferableAccount'],
  ['transferHook', authorityAnd('programId')],
  ['transferHookAccount', (data) => ({ transferring: data.flag() })],
  [
    'confidentialTransferFeeConfig',
    (data) => ({
      authority: data.nullableKey(),
      withdrawWithheldAuthorityElgamalPubkey: data.base64(ELGAMAL_KEY),
      harvestToMintEnabled: data.flag(),
      withheldAmount: data.base64(ELGAMAL_CIPHERTEXT),
    }),
  ],
  ['confidentialTransferFeeAmount', (data) => ({ withheldAmount: data.base64(ELGAMAL_CIPHERTEXT) })],
  ['metadataPointer', authorityAnd('metadataAddress')],
  [
    'tokenMetadata',
    (data) => ({
      updateAuthority: data.nullableKey(),
      mint: data.key(),
      name: borshText(data),
      symbol: borshText(data),
      uri: borshText(data),
      additionalMetadata: data.list(data.u32(), () => [borshText(data), borshText(data)]),
    }),
  ],
  ['groupPointer', authorityAnd('groupAddress')],
  [
    'tokenGroup',
    (data) => ({
      updateAuthority: data.nullableKey(),
      mint: data.key(),
      size: data.u64(),
      maxSize: data.u64(),
    }),
  ],
  ['groupMemberPointer', authorityAnd('memberAddress')],
  ['tokenGroupMember', (data) => ({ mint: data.key(), group: data.key(), memberNumber: data.u64() })],
  [
    'confidentialMintBurn',
    (data) => ({
      confidentialSupply: data.base64(ELGAMAL_CIPHERTEXT),
      decryptableSupply: data.base64(AES_CIPHERTEXT),
      supplyElgamalPubkey: data.base64(ELGAMAL_KEY),
      pendingBurn: data.base64(ELGAMAL_CIPHERTEXT),
    }),
  ],
  [
    'scaledUiAmountConfig',
    (data) => ({
      authority: data.nullableKey(),
      multiplier: plainFloat(data.f64()),
      newMultiplierEffectiveTimestamp: data.i64(),
      newMultiplier: plainFloat(data.f64()),
    }),
  ],
  ['pausableConfig', (data) => ({ authority: data.nullableKey(), paused: data.flag() })],
  ['pausableAccount'],
  ['permissionedBurnConfig', (data) => ({ authority: data.nullableKey() })],
];

/** The number of an extension, as Token-2022 stores it. */
const extensionNumber = (name: string): number => EXTENSIONS.findIndex(([known]) => known === name);

/** @throws {@link Unparsable} */
function extensionName(number: number): string {
  const name = EXTENSIONS[number]?.[0];
  if (!name) throw new Unparsable(`unknown extension ${number}`);
  return name;
}

/** The JSON name of an extension in instructions, where three names are shorter. @throws {@link Unparsable} */
export const instructionExtensionName = (number: number): string =>
  extensionName(number).replace(/^(scaledUiAmount|pausable|permissionedBurn)Config$/, '$1');

/** An extension of a mint or token account. */
export interface RawExtension {
  type: number;
  value: Buffer;
}

/**
 * Splits what follows the account type. It ends at the first number 0 or where no further head fits.
 *
 * @throws {@link Unparsable} for a number unknown here or a length beyond the end
 */
export function rawExtensions(tlv: Buffer): RawExtension[] {
  const reader = new ByteReader(tlv);
  const found: RawExtension[] = [];
  while (reader.left >= 4) {
    const type = reader.u16();
    if (type === 0) break;
    extensionName(type);
    found.push({ type, value: reader.bytes(reader.u16()) });
  }
  return found;
}

/** The extensions with a state that token accounts have; the others are of mints. */
const OF_ACCOUNTS: ReadonlySet<string> = new Set([
  'transferFeeAmount',
  'confidentialTransferAccount',
  'memoTransfer',
  'cpiGuard',
  'transferHookAccount',
  'confidentialTransferFeeAmount',
]);

/** Encodes an extension of a mint or an account as JSON-RPC does. */
export function encodeExtension(
  { type, value }: RawExtension,
  of: 'mint' | 'account',
): { extension: string; state?: unknown } {
  const [extension, parse] = EXTENSIONS[type]!;
  if (!parse) return { extension };
  if (OF_ACCOUNTS.has(extension) !== (of === 'account')) return { extension: 'unparseableExtension' };
  try {
    return { extension, state: parse(new ByteReader(value)) };
  } catch (error) {
    if (error instanceof Unparsable) return { extension: 'unparseableExtension' };
    throw error;
  }
}

const SECONDS_PER_YEAR = 60 * 60 * 24 * 365.24;
const ONE_IN_BASIS_POINTS = 10_000;

/**
 * How a mint's extensions show an amount at a time, unix seconds; undefined if they don't change it. The operations are in
 * the order of the token program's, so that the last digit is the same.
 */
export function shownAmount(
  extensions: readonly RawExtension[],
  decimals: number,
  now: number,
): ((amount: bigint) => number) | undefined {
  const reader = (name: string) => {
    const value = extensions.find(({ type }) => type === extensionNumber(name))?.value;
    return value && new ByteReader(value);
  };
  const unit = 10 ** decimals;
  const interest = reader('interestBearingConfig');
  if (interest) {
    interest.bytes(32);
    const started = Number(interest.i64());
    const earlierRate = interest.i16();
    const updated = Number(interest.i64());
    const rate = interest.i16();
    const growth = (points: number, seconds: number) =>
      Math.exp((points * seconds) / SECONDS_PER_YEAR / ONE_IN_BASIS_POINTS);
    const scale = (growth(earlierRate, updated - started) * growth(rate, now - updated)) / unit;
    return (amount) => Number(amount) * scale;
  }
  const scaled = reader('scaledUiAmountConfig');
  if (!scaled) return undefined;
  scaled.bytes(32);
  const multiplier = scaled.f64();
  const changesAt = Number(scaled.i64());
  const current = now >= changesAt ? scaled.f64() : multiplier;
  return (amount) => Math.trunc(Number(amount) * current) / unit;
}

/** The JSON name of a token account's state. */
export const accountState = (state: number): string => STATES[state] ?? STATES[0]!;
