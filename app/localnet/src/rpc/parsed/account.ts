import type { Account } from 'litesvm/dist/internal';
import { toKey } from '../../encoding';
import { ByteReader, Unparsable } from './byte-reader';
import { PROGRAMS } from './program-ids';
import { parseStake } from './stake-account';
import { parseSysvar } from './sysvar';
import { parseTokenAccount, type TokenContext } from './token-account';
import { parseVote } from './vote-account';

/** A parsed state: what kind it is and its members. */
export interface ParsedState {
  type: string;
  info?: unknown;
}

type Parse = (data: Buffer, address: Buffer, context: TokenContext) => ParsedState;

/** What validators parse, by owner: the program's name in JSON and the parser of its accounts. */
const PARSERS: ReadonlyMap<string, readonly [program: string, parse: Parse]> = new Map<
  string,
  readonly [string, Parse]
>([
  [PROGRAMS.addressLookupTable, ['address-lookup-table', parseLookupTable]],
  [PROGRAMS.bpfUpgradeableLoader, ['bpf-upgradeable-loader', parseLoader]],
  [PROGRAMS.config, ['config', parseConfig]],
  [PROGRAMS.system, ['nonce', parseNonce]],
  [PROGRAMS.token, ['spl-token', parseTokenAccount]],
  [PROGRAMS.token2022, ['spl-token-2022', parseTokenAccount]],
  [PROGRAMS.stake, ['stake', parseStake]],
  [PROGRAMS.sysvar, ['sysvar', parseSysvar]],
  [PROGRAMS.vote, ['vote', parseVote]],
]);

/** Encodes an account as `jsonParsed`; undefined where validators return base64 instead. */
export function parseAccount(address: Buffer, account: Account, context: TokenContext) {
  const [program, parse] = PARSERS.get(toKey(Buffer.from(account.owner()))) ?? [];
  if (!program || !parse) return undefined;
  const data = Buffer.from(account.data());
  try {
    return { program, parsed: parse(data, address, context), space: data.length };
  } catch (error) {
    if (error instanceof Unparsable) return undefined;
    throw error;
  }
}

const NONCE_CURRENT = 1;
const NONCE_INITIALIZED = 1;

function parseNonce(data: Buffer): ParsedState {
  const reader = new ByteReader(data);
  if (reader.u32() > NONCE_CURRENT || reader.u32() !== NONCE_INITIALIZED) {
    throw new Unparsable('no initialized nonce');
  }
  const info = {
    authority: reader.key(),
    blockhash: reader.key(),
    feeCalculator: { lamportsPerSignature: reader.u64().toString() },
  };
  return { type: 'initialized', info };
}

const TABLE_HEADER_BYTES = 56;

function parseLookupTable(data: Buffer): ParsedState {
  const reader = new ByteReader(data);
  const state = reader.u32();
  if (state === 0) return { type: 'uninitialized' };
  if (state !== 1) throw new Unparsable(`state ${state}`);
  const deactivationSlot = reader.u64().toString();
  const lastExtendedSlot = reader.u64().toString();
  const lastExtendedSlotStartIndex = reader.u8();
  const authority = reader.option(() => reader.key());
  const addresses = new ByteReader(data.subarray(TABLE_HEADER_BYTES));
  if (data.length < TABLE_HEADER_BYTES || addresses.left % 32 !== 0) throw new Unparsable('a broken list');
  const info = {
    deactivationSlot,
    lastExtendedSlot,
    lastExtendedSlotStartIndex,
    authority: authority ?? undefined,
    addresses: addresses.list(addresses.left / 32, () => addresses.key()),
  };
  return { type: 'lookupTable', info };
}

function parseLoader(data: Buffer): ParsedState {
  const reader = new ByteReader(data);
  // Without an authority its 32 bytes are the program's.
  const authorityAndData = () => ({
    authority: reader.option(() => reader.key()),
    data: [reader.rest().toString('base64'), 'base64'],
  });
  switch (reader.u32()) {
    case 0:
      return { type: 'uninitialized' };
    case 1:
      return { type: 'buffer', info: authorityAndData() };
    case 2:
      return { type: 'program', info: { programData: reader.key() } };
    case 3:
      return { type: 'programData', info: { slot: reader.u64(), ...authorityAndData() } };
    default:
      throw new Unparsable('no account of the loader');
  }
}

const VALIDATOR_INFO = 'Va1idator1nfo111111111111111111111111111111';

function parseConfig(data: Buffer): ParsedState {
  const reader = new ByteReader(data);
  const keys = reader.list(reader.u8(), () => ({ pubkey: reader.key(), signer: reader.bool() }));
  if (keys[0]?.pubkey !== VALIDATOR_INFO) throw new Unparsable('no validator info');
  const text = reader.text(Number(reader.u64()));
  try {
    return { type: 'validatorInfo', info: { keys, configData: JSON.parse(text) } };
  } catch {
    throw new Unparsable('no JSON');
  }
}
