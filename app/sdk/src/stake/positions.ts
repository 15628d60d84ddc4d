import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { TOKEN_PROGRAM_ID } from '../core/addresses';
import { bn } from '../core/anchor-values';
import { incomeVaultAddress, positionAddress, stakesAddress, stakesOwnerAddress } from './addresses';
import { instruction } from './program';

/** A position, and its owner, who signs. */
interface OfOwner {
  pool: PublicKey;
  owner: PublicKey;
  id: bigint;
}

/** The staked token; SPL Token unless it belongs to another program. */
interface OfToken {
  mint: PublicKey;
  tokenProgram?: PublicKey;
}

/** The token in which stakers are paid; SPL Token unless it belongs to another program. */
interface OfIncome {
  incomeMint: PublicKey;
  incomeTokenProgram?: PublicKey;
}

const accounts = ({ pool, owner, id }: OfOwner) => ({
  owner,
  pool,
  position: positionAddress({ pool, owner, id }),
});

/** Stakes `amount` base units from the token account `source`, under an id that the owner hasn't in use. */
export const openPosition = (
  args: OfOwner & OfToken & { source: PublicKey; amount: bigint; lockSeconds: number },
): TransactionInstruction =>
  instruction(
    'openPosition',
    { id: bn(args.id), amount: bn(args.amount), lockSeconds: args.lockSeconds },
    {
      ...accounts(args),
      source: args.source,
      stakes: stakesAddress(args),
      tokenProgram: args.tokenProgram ?? TOKEN_PROGRAM_ID,
    },
  );

/** Begins to unlock: from now on the position neither earns nor votes. It can be withdrawn after its lock or the cool-down. */
export const beginUnlock = (args: OfOwner): TransactionInstruction =>
  instruction('beginUnlock', {}, accounts(args));

/** Withdraws the stake of a position whose lock is over to a token account. */
export const withdrawStake = (args: OfOwner & OfToken & { destination: PublicKey }): TransactionInstruction =>
  instruction(
    'withdraw',
    {},
    {
      ...accounts(args),
      stakesOwner: stakesOwnerAddress(args.pool),
      stakes: stakesAddress(args),
      destination: args.destination,
      tokenProgram: args.tokenProgram ?? TOKEN_PROGRAM_ID,
    },
  );

/** Closes a position that was withdrawn and whose income was claimed; its rent goes back to the owner. */
export const closePosition = (args: OfOwner): TransactionInstruction => {
  const { owner, position } = accounts(args);
  return instruction('closePosition', {}, { owner, position });
};

/** Counts the income that arrived in the vault, which the next window streams. Anyone may send it. */
export const countIncome = (args: { pool: PublicKey } & OfIncome): TransactionInstruction =>
  instruction('countIncome', {}, { pool: args.pool, vault: incomeVaultAddress(args) });

/** Pays what a position has earned to a token account. */
export const claimIncome = (args: OfOwner & OfIncome & { destination: PublicKey }): TransactionInstruction =>
  instruction(
    'claim',
    {},
    {
      ...accounts(args),
      vault: incomeVaultAddress(args),
      destination: args.destination,
      incomeTokenProgram: args.incomeTokenProgram ?? TOKEN_PROGRAM_ID,
    },
  );
