import type { PublicKey } from '@solana/web3.js';
import { programAddress, TOKEN_PROGRAM_ID, tokenAccountAddress } from '../core/addresses';
import { ascii, u64 } from '../core/bytes';
import { STAKE_PROGRAM_ID } from './program';

const derive = (...seeds: Uint8Array[]): PublicKey => programAddress(STAKE_PROGRAM_ID, ...seeds);

/** Address of the pool of a realm's community token. */
export const poolAddress = ({ realm, mint }: { realm: PublicKey; mint: PublicKey }): PublicKey =>
  derive(ascii('pool'), realm.toBytes(), mint.toBytes());

/** Address of what `owner` staked under `id`. */
export const positionAddress = (at: { pool: PublicKey; owner: PublicKey; id: bigint }): PublicKey =>
  derive(ascii('position'), at.pool.toBytes(), at.owner.toBytes(), u64(at.id));

/** Address that signs for a pool's staked tokens. */
export const stakesOwnerAddress = (pool: PublicKey): PublicKey => derive(ascii('stakes'), pool.toBytes());

/** Address of the token account that holds what is staked. */
export const stakesAddress = (at: {
  pool: PublicKey;
  mint: PublicKey;
  tokenProgram?: PublicKey;
}): PublicKey =>
  tokenAccountAddress({
    owner: stakesOwnerAddress(at.pool),
    mint: at.mint,
    tokenProgram: at.tokenProgram ?? TOKEN_PROGRAM_ID,
  });

/** Address of a pool's vault: whoever pays stakers sends them tokens there, or to the pool as a wallet. */
export const incomeVaultAddress = (at: {
  pool: PublicKey;
  incomeMint: PublicKey;
  incomeTokenProgram?: PublicKey;
}): PublicKey =>
  tokenAccountAddress({
    owner: at.pool,
    mint: at.incomeMint,
    tokenProgram: at.incomeTokenProgram ?? TOKEN_PROGRAM_ID,
  });

/** Address of an owner's record of voter weight, which SPL Governance reads. */
export const voterWeightAddress = (at: { pool: PublicKey; owner: PublicKey }): PublicKey =>
  derive(ascii('voter-weight'), at.pool.toBytes(), at.owner.toBytes());

/** Address of a pool's record of the most that could vote, which SPL Governance reads. */
export const maxVoterWeightAddress = (pool: PublicKey): PublicKey =>
  derive(ascii('max-voter-weight'), pool.toBytes());
