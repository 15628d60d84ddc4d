export {
  type CommonParts,
  combine,
  commonParts,
  type EpochOutcome,
  partsOfShard,
  unverifiedOf,
} from './combine';
export { type Judged, judge } from './judge';
export { type ListedLogs, runsToVerify } from './logs';
export { type Context, contextOf, type EpochInput, type Plan, planOf } from './plan';
export { type Reduction, reduce } from './reduce';
export { concerns, judgedRange, judgedShards, type ShardRun, shardRun } from './runs';
export { shardCount } from './shards';
export { DeviceStates } from './states';
export { partsBefore, partsToVerify, type ShardInput, verifyShard, verifySums } from './verify';
export { type Written, write } from './write';
