import type { Account } from 'litesvm/dist/internal';
import { fromBase58, toBase58 } from '../../encoding';
import { ByteReader, Unparsable } from './byte-reader';
import { type MintUnits, uiAmount } from './token-amount';
import {
  accountState,
  encodeExtension,
  type RawExtension,
  rawExtensions,
  shownAmount,
} from './token-extensions';

const ACCOUNT_BYTES = 165;
const MINT_BYTES = 82;
const MULTISIG_BYTES = 355;
const TYPE_MINT = 1;
const TYPE_ACCOUNT = 2;

/** The mint of wrapped SOL. */
export const NATIVE_MINT = fromBase58('So11111111111111111111111111111111111111112')!;
const NATIVE_DECIMALS = 9;

/** What encoding a token account needs beside it: other accounts at the same state, and the time in unix seconds. */
export interface TokenContext {
  read(address: Uint8Array): Account | null;
  now: number;
}

/** Splits a mint or token account into its base and extensions; undefined if it can't be one. */
function split(data: Buffer, base: number, type: number): { base: Buffer; tlv: Buffer } | undefined {
  if (data.length === base) return { base: data, tlv: Buffer.alloc(0) };
  if (data.length <= ACCOUNT_BYTES || data.length === MULTISIG_BYTES) return undefined;
  const padding = data.subarray(base, ACCOUNT_BYTES);
  if (data[ACCOUNT_BYTES] !== type || padding.some((byte) => byte !== 0)) return undefined;
  return { base: data.subarray(0, base), tlv: data.subarray(ACCOUNT_BYTES + 1) };
}

/** Extensions, or none where they can't be read, as a validator returns. */
function extensionsOf(tlv: Buffer): RawExtension[] {
  try {
    return rawExtensions(tlv);
  } catch (error) {
    if (error instanceof Unparsable) return [];
    throw error;
  }
}

const listed = (extensions: readonly RawExtension[], of: 'mint' | 'account') =>
  extensions.length > 0 ? { extensions: extensions.map((one) => encodeExtension(one, of)) } : {};

interface Mint {
  mintAuthority: string | null;
  supply: bigint;
  decimals: number;
  freezeAuthority: string | null;
  extensions: RawExtension[];
}

function readMint(data: Buffer): Mint | undefined {
  const parts = split(data, MINT_BYTES, TYPE_MINT);
  if (!parts) return undefined;
  const reader = new ByteReader(parts.base);
  const mintAuthority = reader.paddedOption(() => reader.key());
  const supply = reader.u64();
  const decimals = reader.u8();
  if (!reader.bool()) return undefined;
  const freezeAuthority = reader.paddedOption(() => reader.key());
  return { mintAuthority, supply, decimals, freezeAuthority, extensions: extensionsOf(parts.tlv) };
}

/** How the amounts of a mint are shown; undefined for data of anything else. */
export function mintUnits(data: Buffer, now: number): MintUnits | undefined {
  const mint = parsedOr(undefined, () => readMint(data));
  return mint && { decimals: mint.decimals, shown: shownAmount(mint.extensions, mint.decimals, now) };
}

function parsedOr<T>(otherwise: T, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Unparsable) return otherwise;
    throw error;
  }
}

/** Units of the mint at an address, which may be of wrapped SOL; undefined if there is none. */
export function unitsOfMint(mint: Buffer, { read, now }: TokenContext): MintUnits | undefined {
  if (mint.equals(NATIVE_MINT)) return { decimals: NATIVE_DECIMALS };
  const account = read(mint);
  return account ? mintUnits(Buffer.from(account.data()), now) : undefined;
}

/** Encodes a mint, a token account or a multisig of a token program. @throws {@link Unparsable} */
export function parseTokenAccount(
  data: Buffer,
  _address: Buffer,
  context: TokenContext,
): { type: string; info: object } {
  const parts = split(data, ACCOUNT_BYTES, TYPE_ACCOUNT);
  if (parts && parts.base[108] !== 0) return { type: 'account', info: accountInfo(parts, context) };
  const mint = readMint(data);
  if (mint) {
    const { mintAuthority, supply, decimals, freezeAuthority, extensions } = mint;
    const info = {
      mintAuthority,
      supply: supply.toString(),
      decimals,
      isInitialized: true,
      freezeAuthority,
      ...listed(extensions, 'mint'),
    };
    return { type: 'mint', info };
  }
  if (data.length === MULTISIG_BYTES) return { type: 'multisig', info: multisigInfo(new ByteReader(data)) };
  throw new Unparsable('no account of a token program');
}

function accountInfo({ base, tlv }: { base: Buffer; tlv: Buffer }, context: TokenContext): object {
  const reader = new ByteReader(base);
  const mint = reader.bytes(32);
  const units = unitsOfMint(mint, context);
  if (!units) throw new Unparsable('the decimals of its mint are not known');
  const owner = reader.key();
  const amount = reader.u64();
  const delegate = reader.paddedOption(() => reader.key());
  const state = reader.u8();
  const reserve = reader.paddedOption(() => reader.u64());
  const delegated = reader.u64();
  const closeAuthority = reader.paddedOption(() => reader.key());
  if (state > 2) throw new Unparsable(`state ${state}`);
  return {
    mint: toBase58(mint),
    owner,
    tokenAmount: uiAmount(amount, units),
    delegate: delegate ?? undefined,
    state: accountState(state),
    isNative: reserve !== null,
    rentExemptReserve: reserve === null ? undefined : uiAmount(reserve, units),
    delegatedAmount: delegate === null ? undefined : uiAmount(delegated, units),
    closeAuthority: closeAuthority ?? undefined,
    ...listed(extensionsOf(tlv), 'account'),
  };
}

function multisigInfo(reader: ByteReader): object {
  const numRequiredSigners = reader.u8();
  const numValidSigners = reader.u8();
  const isInitialized = reader.bool();
  if (!isInitialized) throw new Unparsable('an uninitialized multisig');
  const signers = reader.list(11, () => reader.nullableKey()).filter((signer) => signer !== null);
  return { numRequiredSigners, numValidSigners, isInitialized, signers };
}
