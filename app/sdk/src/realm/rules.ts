import {
  GovernanceConfig,
  VoteThreshold,
  VoteThresholdType,
  VoteTipping,
} from '@realms-today/spl-governance';
import { big, bn } from '../core/anchor-values';

/** How a DAO decides. Weights are those of positions, see `weightOf`. */
export interface DaoRules {
  /** Percentage of all weight that must vote yes, 1 to 100; and more must vote yes than no. */
  quorumPercent: number;
  /** Least weight to make a proposal. */
  proposalWeight: bigint;
  /** Seconds that a vote is open; at least an hour. */
  votingSeconds: number;
  /** Of these the last, in which votes can only be cast against. */
  coolOffSeconds: number;
  /** Seconds between a decision and its execution at the earliest. */
  holdUpSeconds: number;
  /** Percentage of the guardian council that vetoes a proposal, 1 to 100; null: there is no council. */
  vetoPercent: number | null;
}

/** What SPL Governance calls never: more weight than there can be. */
export const NEVER = bn(2n ** 64n - 1n);

const percent = (value: number | null): VoteThreshold =>
  value === null
    ? new VoteThreshold({ type: VoteThresholdType.Disabled })
    : new VoteThreshold({ type: VoteThresholdType.YesVotePercentage, value });

/** Proposals that one member may have open without a deposit. */
const EXEMPT_PROPOSALS = 10;

/** The rules as SPL Governance takes them: stakers propose and decide, the council can only veto. */
export const governanceConfig = (rules: DaoRules): GovernanceConfig =>
  new GovernanceConfig({
    communityVoteThreshold: percent(rules.quorumPercent),
    minCommunityTokensToCreateProposal: bn(rules.proposalWeight),
    minInstructionHoldUpTime: rules.holdUpSeconds,
    // The program adds the cool-off time to the base time.
    baseVotingTime: rules.votingSeconds - rules.coolOffSeconds,
    // A vote lasts its whole time: weight that others stake or unlock can't end it early.
    communityVoteTipping: VoteTipping.Disabled,
    minCouncilTokensToCreateProposal: NEVER,
    councilVoteThreshold: percent(null),
    councilVetoVoteThreshold: percent(rules.vetoPercent),
    communityVetoVoteThreshold: percent(null),
    councilVoteTipping: VoteTipping.Strict,
    votingCoolOffTime: rules.coolOffSeconds,
    depositExemptProposalCount: EXEMPT_PROPOSALS,
  });

/** The rules of a governance. */
export function rulesOf(config: GovernanceConfig): DaoRules {
  const value = ({ type, value }: VoteThreshold) =>
    type === VoteThresholdType.Disabled ? null : (value ?? null);
  return {
    quorumPercent: value(config.communityVoteThreshold) ?? 100,
    proposalWeight: big(config.minCommunityTokensToCreateProposal),
    votingSeconds: config.baseVotingTime + config.votingCoolOffTime,
    coolOffSeconds: config.votingCoolOffTime,
    holdUpSeconds: config.minInstructionHoldUpTime,
    vetoPercent: value(config.councilVetoVoteThreshold),
  };
}

/** Least cool-down of stakes: from the beginning of a vote until it can have been executed. */
export const leastCoolDown = ({ votingSeconds, holdUpSeconds }: DaoRules): number =>
  votingSeconds + holdUpSeconds;

/** The weight that must vote yes, of all weight that could vote: rounded up. */
export const quorumOf = (percent: number, all: bigint): bigint => (all * BigInt(percent) + 99n) / 100n;
