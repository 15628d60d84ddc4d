import { createHash } from 'node:crypto';
import { type ByteReader, Unparsable } from '../byte-reader';
import { borshText, type Call, call, type ParseCall, type ParsedCall, present } from './call';

const DISCRIMINATOR_BYTES = 8;

const discriminator = (name: string): string =>
  createHash('sha256').update(name).digest().subarray(0, DISCRIMINATOR_BYTES).toString('hex');

const group = (name: string) => discriminator(`spl_token_group_interface:${name}`);
const metadata = (name: string) => discriminator(`spl_token_metadata_interface:${name}`);

const newAuthority = (data: ByteReader) => ({ newAuthority: data.nullableKey() });

function field(data: ByteReader): string {
  const number = data.u8();
  if (number === 3) return borshText(data);
  const name = ['name', 'symbol', 'uri'][number];
  if (!name) throw new Unparsable(`unknown field ${number}`);
  return name;
}

/** Instructions that other programs may have too, by the hash of their names. */
const PARSERS: ReadonlyMap<string, ParseCall> = new Map([
  [
    group('initialize_token_group'),
    call('initializeTokenGroup', ['group', 'mint', 'mintAuthority'], (data) => ({
      updateAuthority: data.nullableKey(),
      maxSize: data.u64(),
    })),
  ],
  [
    group('update_group_max_size'),
    call('updateTokenGroupMaxSize', ['group', 'updateAuthority'], (data) => ({ maxSize: data.u64() })),
  ],
  [group('update_authority'), call('updateTokenGroupAuthority', ['group', 'updateAuthority'], newAuthority)],
  [
    group('initialize_member'),
    call('initializeTokenGroupMember', [
      'member',
      'memberMint',
      'memberMintAuthority',
      'group',
      'groupUpdateAuthority',
    ]),
  ],
  [
    metadata('initialize_account'),
    call('initializeTokenMetadata', ['metadata', 'updateAuthority', 'mint', 'mintAuthority'], (data) => ({
      name: borshText(data),
      symbol: borshText(data),
      uri: borshText(data),
    })),
  ],
  [
    metadata('updating_field'),
    call('updateTokenMetadataField', ['metadata', 'updateAuthority'], (data) => ({
      field: field(data),
      value: borshText(data),
    })),
  ],
  [
    metadata('remove_key_ix'),
    call('removeTokenMetadataKey', ['metadata', 'updateAuthority'], (data) => ({
      idempotent: data.bool(),
      key: borshText(data),
    })),
  ],
  [
    metadata('update_the_authority'),
    call('updateTokenMetadataAuthority', ['metadata', 'updateAuthority'], newAuthority),
  ],
  [
    metadata('emitter'),
    call('emitTokenMetadata', ['metadata'], (data) =>
      present({ start: data.option(() => data.u64()), end: data.option(() => data.u64()) }),
    ),
  ],
]);

/** Parses instructions of the interfaces for groups and metadata. @throws {@link Unparsable} */
export function parseInterface(instruction: Call): ParsedCall {
  const parse = PARSERS.get(instruction.data.bytes(DISCRIMINATOR_BYTES).toString('hex'));
  if (!parse) throw new Unparsable('unknown instruction');
  return parse(instruction);
}
