import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { openVoterWeight, type Pool, type Position, voterWeightAddress } from '../stake';
import { memberAddress } from './addresses';
import { joinRealm } from './create-realm';
import type { Decision } from './decisions';

/** Instructions that let a staker propose and vote; none where that was done before. */
export async function joining(
  connection: Connection,
  { realm, mint, pool }: { realm: PublicKey; mint: PublicKey; pool: PublicKey },
  owner: PublicKey,
  payer: PublicKey,
): Promise<TransactionInstruction[]> {
  const addresses = [memberAddress({ realm, mint, owner }), voterWeightAddress({ pool, owner })];
  const [member, weight] = await connection.getMultipleAccountsInfo(addresses);
  return [
    ...(member ? [] : [await joinRealm({ payer, realm, mint, owner })]),
    ...(weight ? [] : [openVoterWeight({ pool, owner })]),
  ];
}

/** The positions that count in a vote: made before it began, not being unlocked, and locked until it can be executed. */
export const countedPositions = <P extends Position>(
  { proposal, rules }: Pick<Decision, 'proposal' | 'rules'>,
  { coolDownSeconds }: Pool,
  positions: readonly P[],
): P[] => {
  const least = rules.votingSeconds + rules.holdUpSeconds;
  const { votingAtSlot } = proposal;
  return positions.filter(
    ({ unlocksAt, openedSlot, lockSeconds }) =>
      unlocksAt === 0n &&
      votingAtSlot !== null &&
      openedSlot < votingAtSlot &&
      Math.max(lockSeconds, coolDownSeconds) >= least,
  );
};
