import {
  type Emission,
  epochCapOf,
  type NetworkFloors,
  type NetworkPolicy,
  NO_LIMIT,
} from '@commonwire/sdk/network';
import { require } from '../../model/rules';

const WEEK = 604_800;

/** Refuses a policy for a network whose next epoch is `epoch`. */
export function checkPolicy(policy: NetworkPolicy, emission: Emission, epoch: bigint): void {
  const { epochSeconds, challengeSeconds, answerSeconds, payoutWindowSeconds } = policy;
  const positive = [epochSeconds, challengeSeconds, payoutWindowSeconds, policy.challengeSlots];
  require(policy.deviceEpochCap > 0n &&
    positive.every((value) => value > 0) &&
    2 * answerSeconds >= challengeSeconds &&
    policy.maxCapacity[0] === 0, 'bad-policy');
  // A window pays at least five quarters of what may be earned in its time.
  const paid = 4n * policy.payoutLimit * BigInt(epochSeconds);
  const earned = 5n * epochCapOf(emission, epoch) * BigInt(payoutWindowSeconds);
  require(policy.payoutLimit === NO_LIMIT ||
    (policy.payoutLimit > 0n && paid >= earned), 'payout-limit-too-low');
  const evidence = 2 * epochSeconds + challengeSeconds + answerSeconds;
  require(policy.oracleBond === 0n || policy.bondLockSeconds >= evidence, 'bond-lock-too-short');
}

export function checkFloors(floors: NetworkFloors): void {
  const { epochSeconds, challengeSeconds, payoutWindowSeconds, changeDelaySeconds } = floors;
  const positive = [epochSeconds, challengeSeconds, payoutWindowSeconds].every((value) => value > 0);
  require(positive && changeDelaySeconds <= WEEK, 'bad-floors');
}

/** Refuses a policy below a network's floors. */
export function checkAbove(policy: NetworkPolicy, floors: NetworkFloors): void {
  require(policy.epochSeconds >= floors.epochSeconds &&
    policy.challengeSeconds >= floors.challengeSeconds &&
    policy.payoutWindowSeconds >= floors.payoutWindowSeconds, 'below-floor');
}
