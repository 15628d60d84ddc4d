import { ASSOCIATED_TOKEN_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { ascii, concat } from '../../core/bytes';
import { isOnCurve } from '../../core/ed25519';
import { HASH_BYTES, sha256Into } from '../../core/hash';

/** The usability of an owner's associated token account. */
export const AccountState = {
  /** Not read: nobody is paid there. */
  unknown: 0,
  payable: 1,
  /** There is none. */
  missing: 2,
  /** Can't receive, but may stand in a run that pays it nothing. */
  frozen: 3,
  /** Handed over to somebody else, or no token account at all. */
  unusable: 4,
  /** Takes payments only with a memo, which no settlement has; may stand in a run that pays it nothing. */
  memo: 5,
} as const;

export type AccountState = (typeof AccountState)[keyof typeof AccountState];

/** Owners' associated token accounts by the owners' numbers in a payroll. Derived once, when first asked for. */
export class TokenAccounts {
  readonly state: Uint8Array;
  readonly #addresses: Uint8Array;
  readonly #bumps: Uint8Array;
  readonly #preimage: Uint8Array;

  constructor(
    readonly owners: readonly Uint8Array[],
    readonly mint: PublicKey,
    /** The program that keeps the mint. */
    readonly tokenProgram: PublicKey = TOKEN_PROGRAM_ID,
  ) {
    this.state = new Uint8Array(owners.length);
    this.#addresses = new Uint8Array(owners.length * HASH_BYTES);
    this.#bumps = new Uint8Array(owners.length);
    this.#preimage = preimage(mint, tokenProgram);
  }

  /** Address of an owner's account, 32 bytes: a view, not a copy. */
  address(owner: number): Uint8Array {
    this.#derive(owner);
    return this.#addresses.subarray(owner * HASH_BYTES, (owner + 1) * HASH_BYTES);
  }

  publicKey = (owner: number): PublicKey => new PublicKey(this.address(owner));

  /** The bump, which saves `settle` the search for the address. */
  bump(owner: number): number {
    this.#derive(owner);
    return this.#bumps[owner]!;
  }

  #derive(owner: number): void {
    // No bump is ever 0 but in one of 2^255 cases, which are then derived anew each time.
    if (this.#bumps[owner] !== 0) return;
    this.#preimage.set(this.owners[owner]!);
    for (let bump = 255; bump >= 0; bump--) {
      this.#preimage[96] = bump;
      sha256Into(this.#addresses, owner * HASH_BYTES, this.#preimage);
      if (isOnCurve(this.#addresses.subarray(owner * HASH_BYTES, (owner + 1) * HASH_BYTES))) continue;
      this.#bumps[owner] = bump;
      return;
    }
  }
}

/** `owner | token program | mint | bump | associated token program | marker`: what the runtime hashes. */
const preimage = (mint: PublicKey, tokenProgram: PublicKey): Uint8Array =>
  concat(
    new Uint8Array(32),
    tokenProgram.toBytes(),
    mint.toBytes(),
    new Uint8Array(1),
    ASSOCIATED_TOKEN_PROGRAM_ID.toBytes(),
    ascii('ProgramDerivedAddress'),
  );
