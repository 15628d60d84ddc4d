import { createAssociatedTokenAccountIdempotentInstruction } from '@solana/spl-token';
import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID } from '../core/addresses';
import { bn } from '../core/anchor-values';
import {
  incomeVaultAddress,
  maxVoterWeightAddress,
  poolAddress,
  stakesAddress,
  stakesOwnerAddress,
} from './addresses';
import { instruction } from './program';

export interface CreatePool {
  /** Pays the rent, and signs. */
  payer: PublicKey;
  realm: PublicKey;
  /** Signs: only it can create the realm's pool. */
  realmAuthority: PublicKey;
  /** A governance of the realm, whose votes the cool-down must outlast. */
  governance: PublicKey;
  /** The realm's community token. */
  mint: PublicKey;
  tokenProgram?: PublicKey;
  /** The token in which stakers are paid; the staked one is as good as another. */
  incomeMint: PublicKey;
  incomeTokenProgram?: PublicKey;
  /** Least time from unlocking to withdrawing: at least voting, cooling-off and hold-up time. */
  coolDownSeconds: number;
  /** Time over which each deposit of income is streamed; at least a day. */
  windowSeconds: bigint;
}

/** Creates the pool of a realm's community token, with the accounts for its stakes and its income. */
export function createPool(args: CreatePool): TransactionInstruction[] {
  const { payer, realm, mint, incomeMint } = args;
  const { tokenProgram = TOKEN_PROGRAM_ID, incomeTokenProgram = TOKEN_PROGRAM_ID } = args;
  const pool = poolAddress({ realm, mint });
  const stakesOwner = stakesOwnerAddress(pool);
  const stakes = stakesAddress({ pool, mint, tokenProgram });
  const vault = incomeVaultAddress({ pool, incomeMint, incomeTokenProgram });
  return [
    createAssociatedTokenAccountIdempotentInstruction(payer, stakes, stakesOwner, mint, tokenProgram),
    createAssociatedTokenAccountIdempotentInstruction(payer, vault, pool, incomeMint, incomeTokenProgram),
    instruction(
      'createPool',
      { coolDownSeconds: args.coolDownSeconds, windowSeconds: bn(args.windowSeconds) },
      {
        payer,
        realmAuthority: args.realmAuthority,
        realm,
        governance: args.governance,
        pool,
        maxVoterWeight: maxVoterWeightAddress(pool),
        mint,
        stakesOwner,
        stakes,
        tokenProgram,
        incomeMint,
        vault,
        incomeTokenProgram,
      },
    ),
  ];
}
