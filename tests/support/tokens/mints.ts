import { createInitializeMint2Instruction, MINT_SIZE, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { type PublicKey, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import type { TestChain } from '../chain';

/** Instructions that create a plain mint of 6 decimals; the chain's payer pays and the mint's key signs. */
export async function mintInstructions(
  { connection, payer }: TestChain,
  mint: PublicKey,
  options: { mintAuthority: PublicKey; freezeAuthority?: PublicKey | null; tokenProgram?: PublicKey },
): Promise<TransactionInstruction[]> {
  const { mintAuthority, freezeAuthority = null, tokenProgram = TOKEN_PROGRAM_ID } = options;
  const account = SystemProgram.createAccount({
    fromPubkey: payer.publicKey,
    newAccountPubkey: mint,
    lamports: await connection.getMinimumBalanceForRentExemption(MINT_SIZE),
    space: MINT_SIZE,
    programId: tokenProgram,
  });
  return [account, createInitializeMint2Instruction(mint, 6, mintAuthority, freezeAuthority, tokenProgram)];
}
