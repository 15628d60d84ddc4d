import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { type Connection, PublicKey } from '@solana/web3.js';
import { CommonwireError } from '../core/errors';
import { EXTENSIONS, UNKNOWN_EXTENSION } from '../core/token-extensions';

/** Metadata and group, with their pointers: they say something about a token without changing what it does. */
const isHarmless = (kind: number): boolean => kind >= 18 && kind <= 23;

/** A mint that no network may pay in. The codes are those of the network program. */
export class RewardMintError extends CommonwireError {
  declare readonly code: 'bad-mint' | 'wrong-token-program' | 'freezable-mint' | 'unsupported-extension';

  constructor(
    code: RewardMintError['code'],
    message: string,
    /** The extension that is in the way, such as `transfer fee`. */
    readonly extension: string | null = null,
  ) {
    super(code, message);
  }
}

/** The fields of a reward token's mint that matter to a network. */
export interface RewardMint {
  /** SPL Token or Token-2022. */
  tokenProgram: PublicKey;
  /** Null: nobody can mint it any more, so it only suits a funded network. */
  mintAuthority: PublicKey | null;
  /** Base units that exist. */
  supply: bigint;
  decimals: number;
}

const MINT_BYTES = 82;
const ACCOUNT_BYTES = 165;
const MULTISIG_BYTES = 355;
const MINT_TYPE = 1;

/**
 * Requires that a network can pay in this token, by the rules of the network program: a mint of SPL Token or Token-2022
 * that nobody can freeze, without extensions that could hold back, take away or change payments. A network that mints
 * its rewards must be the mint's authority besides.
 * @throws RewardMintError
 */
export async function checkRewardMint(connection: Connection, mint: PublicKey): Promise<RewardMint> {
  const account = await connection.getAccountInfo(mint);
  if (!account) throw new RewardMintError('bad-mint', `there is no account at ${mint} on this cluster`);
  if (!account.owner.equals(TOKEN_PROGRAM_ID) && !account.owner.equals(TOKEN_2022_PROGRAM_ID)) {
    throw new RewardMintError(
      'wrong-token-program',
      `${mint} belongs to ${account.owner}, which is neither SPL Token nor Token-2022`,
    );
  }
  const { data } = account;
  const extended = data.length > ACCOUNT_BYTES && data.length !== MULTISIG_BYTES;
  const shaped = data.length === MINT_BYTES || (extended && data[ACCOUNT_BYTES] === MINT_TYPE);
  if (!shaped || data[45] !== 1) {
    throw new RewardMintError('bad-mint', `${mint} is not an initialised mint`);
  }
  const extension = extended ? harmful(mint, data.subarray(ACCOUNT_BYTES + 1)) : undefined;
  if (extension !== undefined) {
    const message = `${mint} has the extension "${extension}", which could stop or change payments`;
    throw new RewardMintError('unsupported-extension', message, extension);
  }
  if (data[46] === 1) {
    throw new RewardMintError('freezable-mint', `${mint} has a freeze authority, who could stop payouts`);
  }
  return {
    tokenProgram: account.owner,
    mintAuthority: data[0] === 1 ? new PublicKey(data.subarray(4, 36)) : null,
    supply: data.readBigUInt64LE(36),
    decimals: data[44]!,
  };
}

/** Walks `type u16 | length u16 | value` entries to the first that is in the way, if any. */
function harmful(mint: PublicKey, entries: Buffer): string | undefined {
  let at = 0;
  while (at + 4 <= entries.length) {
    const kind = entries.readUInt16LE(at);
    if (kind === 0) return undefined;
    if (!isHarmless(kind)) return EXTENSIONS[kind] ?? UNKNOWN_EXTENSION;
    at += 4 + entries.readUInt16LE(at + 2);
  }
  if (at > entries.length)
    throw new RewardMintError('bad-mint', `${mint} has an extension that ends beyond it`);
  return undefined;
}
