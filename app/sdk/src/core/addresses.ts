import { ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { toHex } from './bytes';

export { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';

/** Recently derived addresses: deriving one takes a quarter of a millisecond, and many transactions use the same ones. */
const derived = new Map<string, PublicKey>();
const MOST_DERIVED = 4096;

/** Returns the address that `program` derives from seeds. */
export function programAddress(program: PublicKey, ...seeds: readonly Uint8Array[]): PublicKey {
  const key = `${program.toBase58()} ${seeds.map(toHex).join()}`;
  const known = derived.get(key);
  if (known) return known;
  const [address] = PublicKey.findProgramAddressSync([...seeds], program);
  if (derived.size >= MOST_DERIVED) derived.clear();
  derived.set(key, address);
  return address;
}

/** Identifies an associated token account. */
export interface TokenHolding {
  owner: PublicKey;
  mint: PublicKey;
  /** Default SPL Token. */
  tokenProgram?: PublicKey;
}

const holdingSeeds = ({ owner, mint, tokenProgram = TOKEN_PROGRAM_ID }: TokenHolding): Uint8Array[] => [
  owner.toBytes(),
  tokenProgram.toBytes(),
  mint.toBytes(),
];

/** Returns the address of an owner's associated token account; the owner may be a program's account. */
export const tokenAccountAddress = (holding: TokenHolding): PublicKey =>
  programAddress(ASSOCIATED_TOKEN_PROGRAM_ID, ...holdingSeeds(holding));

/** Returns the same address with its bump, without caching it: for many different owners. */
export function tokenAccountWithBump(holding: TokenHolding): { address: PublicKey; bump: number } {
  const [address, bump] = PublicKey.findProgramAddressSync(
    holdingSeeds(holding),
    ASSOCIATED_TOKEN_PROGRAM_ID,
  );
  return { address, bump };
}

/** Returns the address that signs the self-calls by which an Anchor program emits events. */
export const eventAuthorityOf = (program: PublicKey): PublicKey =>
  programAddress(program, new TextEncoder().encode('__event_authority'));
