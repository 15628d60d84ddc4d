import { VoteKind, VoteRecord } from '@realms-today/spl-governance';
import type { Connection, PublicKey } from '@solana/web3.js';
import { big } from '../core/anchor-values';
import { decode } from './accounts';
import { voteAddress } from './addresses';

/** A vote that a member has cast on a proposal. */
export interface CastVote {
  answer: 'yes' | 'no' | 'abstain' | 'veto';
  weight: bigint;
}

const ANSWERS: Readonly<Record<VoteKind, CastVote['answer']>> = {
  [VoteKind.Approve]: 'yes',
  [VoteKind.Deny]: 'no',
  [VoteKind.Abstain]: 'abstain',
  [VoteKind.Veto]: 'veto',
};

/** The vote that a member has cast on a proposal; null: none, or it was taken back. @throws AccountError */
export async function fetchVote(
  connection: Connection,
  at: { proposal: PublicKey; member: PublicKey },
): Promise<CastVote | null> {
  const address = voteAddress(at);
  const info = await connection.getAccountInfo(address);
  if (!info || info.data.length === 0) return null;
  const { vote, voterWeight } = decode<VoteRecord>(address, info, VoteRecord, 'vote');
  // Only the first version of the program kept votes otherwise; such a proposal is long over.
  if (!vote || !voterWeight) return null;
  return { answer: ANSWERS[vote.voteType], weight: big(voterWeight) };
}
