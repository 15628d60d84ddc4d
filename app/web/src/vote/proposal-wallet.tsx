// Must be imported first: it prepares what the other modules use at once.
import '../onchain/node';
import { type CastVote, fetchDecision, fetchVote, memberAddress, timesOf } from '@commonwire/sdk/realm';
import { PublicKey } from '@solana/web3.js';
import { formatTokens } from '../format';
import { FromChain } from '../onchain/from-chain';
import { nodeAt } from '../onchain/node';
import { Empty, Facts } from '../parts';
import { t } from '../text';
import { Doing, WithWallet } from '../transact/with-wallet';
import { proposalDeeds } from './deeds';
import { readStakes } from './holdings';

/** The reader's vote on a proposal, and all that anybody can do about it. */
export default function ProposalWallet(props: { pool: PublicKey; address: PublicKey; rpc: string }) {
  const { pool, address, rpc } = props;
  return (
    <WithWallet rpc={rpc}>
      {(wallet, act) => (
        <FromChain
          name={['vote', `${address}`, wallet]}
          read={async (node) => {
            const owner = new PublicKey(wallet);
            const decision = await fetchDecision(node, address);
            const member = memberAddress({ ...decision.dao, owner });
            const [{ holdings }, cast] = await Promise.all([
              readStakes(node, pool, owner),
              fetchVote(node, { proposal: address, member }),
            ]);
            return { decision, holdings, cast };
          }}
        >
          {({ decision, holdings, cast }) => {
            const { proposal, rules, now, decimals } = decision;
            const deeds = proposalDeeds(nodeAt(rpc), decision, holdings);
            const { until, yesUntil } = timesOf(proposal, rules);
            const isVoting = proposal.state === 'Voting' && until !== null;
            const isOpen = isVoting && now <= until;
            const noWeight = deeds.weight === 0n && t('proposal.noWeight');
            const yesOver = yesUntil !== null && now > yesUntil && t('proposal.yesOver');
            const isPassed = proposal.state === 'Succeeded' || proposal.state === 'Executing';
            const isDue = (holdUp: number) => now > (proposal.decidedAt ?? 0n) + BigInt(holdUp);
            return (
              <>
                <Facts
                  facts={[
                    [t('proposal.yourWeight'), formatTokens(deeds.weight, decimals)],
                    [t('proposal.yourVote'), cast ? voteText(cast, decimals) : t('proposal.notVoted')],
                  ]}
                />
                {isOpen && !cast && noWeight && <Empty>{noWeight}</Empty>}
                <p>
                  {isOpen && !cast && (
                    <>
                      <Doing deed={deeds.yes} act={act} not={noWeight || yesOver} />
                      <Doing deed={deeds.no} act={act} not={noWeight} />
                    </>
                  )}
                  {isOpen && cast && <Doing deed={deeds.retract} act={act} />}
                  {isVoting && !isOpen && <Doing deed={deeds.count} act={act} />}
                  {isPassed &&
                    proposal.actions.map((action, at) =>
                      action.executedAt === null ? (
                        <Doing
                          key={`${action.transaction}`}
                          deed={deeds.execute(action, at + 1)}
                          act={act}
                          not={!isDue(action.holdUpSeconds) && t('proposal.heldUp')}
                        />
                      ) : null,
                    )}
                </p>
              </>
            );
          }}
        </FromChain>
      )}
    </WithWallet>
  );
}

const voteText = ({ answer, weight }: CastVote, decimals: number): string =>
  t(`proposal.voted.${answer}`, { weight: formatTokens(weight, decimals) });
